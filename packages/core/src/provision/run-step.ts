import type { Bottle, ExecRequest, ExecResult } from "../bottle/bottle.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { redactForDisplay } from "../secret/redact.ts";

const STEP_TIMEOUT_MS = 60_000;
/** PATH of every provision command: nothing that the agent or an image could have put before it. */
const STEP_ENV = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  GIT_CONFIG_NOSYSTEM: "1",
  npm_config_userconfig: "/dev/null",
  npm_config_globalconfig: "/dev/null",
};

/**
 * Runs one provision command with cwd `/` and a fixed environment.
 * @throws BotBottleError `BB_PROVISION` with the last lines of its stderr when it fails
 */
export async function runStep(
  bottle: Bottle,
  title: string,
  request: Pick<ExecRequest, "argv" | "user" | "env" | "stdin" | "cwd">,
): Promise<ExecResult> {
  const result = await bottle.exec({
    timeoutMs: STEP_TIMEOUT_MS,
    cwd: "/",
    ...request,
    env: { HOME: bottle.plan.guestHome, ...STEP_ENV, ...request.env },
  });
  if (result.exitCode === 0) return result;
  const tail = redactForDisplay(result.stderr).trim().split("\n").slice(-5).join("\n");
  throw new BotBottleError("BB_PROVISION", `${title} failed in the bottle with exit code ${result.exitCode}.`, {
    hint: tail === "" ? "The command printed nothing; see `bot-bottle doctor`." : tail,
  });
}
