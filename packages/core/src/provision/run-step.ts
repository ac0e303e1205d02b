import type { Bottle, ExecRequest, ExecResult } from "../bottle/bottle.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { redactForDisplay } from "../secret/redact.ts";

const STEP_TIMEOUT_MS = 60_000;
const MAX_TAIL_CHARACTERS = 4_000;
const TAIL_LINES = 5;

/** Wins over whatever a provider or an image sets: nothing that somebody put before a program, no system-wide settings. */
const STEP_ENV = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  GIT_CONFIG_NOSYSTEM: "1",
  npm_config_userconfig: "/dev/null",
  npm_config_globalconfig: "/dev/null",
};

/** Last lines of a program's output, safe to print; empty when it printed nothing. */
function tailOf(stderr: string): string {
  const tail = redactForDisplay(stderr.slice(-MAX_TAIL_CHARACTERS)).trim();
  return tail.split("\n").slice(-TAIL_LINES).join("\n");
}

/**
 * Runs one provision command with cwd `/`, a fixed environment and no git settings but those that it names.
 * @throws BotBottleError `BB_PROVISION` with the last lines of its stderr when it fails
 */
export async function runStep(
  bottle: Bottle,
  title: string,
  { env, ...request }: Pick<ExecRequest, "argv" | "user" | "env" | "stdin">,
): Promise<ExecResult> {
  const home = request.user === "root" ? "/root" : bottle.plan.guestHome;
  const result = await bottle.exec({
    ...request,
    timeoutMs: STEP_TIMEOUT_MS,
    cwd: "/",
    env: { HOME: home, GIT_CONFIG_GLOBAL: "/dev/null", ...env, ...STEP_ENV },
  });
  if (result.exitCode === 0) return result;
  const tail = tailOf(result.stderr);
  throw new BotBottleError("BB_PROVISION", `${title} failed in the bottle with exit code ${result.exitCode}.`, {
    hint: tail === "" ? "The command printed nothing; see `bot-bottle doctor`." : tail,
  });
}
