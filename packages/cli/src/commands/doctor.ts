import type { CheckResult } from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { builtInBackends } from "../compose/registries.ts";
import { checkConfig } from "../doctor/check-config.ts";
import { hostChecks } from "../doctor/host-checks.ts";
import { proveWall } from "../doctor/prove-wall.ts";
import { renderChecks } from "../doctor/render-checks.ts";
import { styleFor } from "../ui/style.ts";

/** Checks of this machine and of every backend, then a live proof of the wall; exit 1 when one fails. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const { env, ui } = context;
  const { config, failure } = await checkConfig(context);
  const backends = builtInBackends(env);
  const asked = input.values["backend"];
  const checks: CheckResult[] = [...(await hostChecks(context)), ...(failure === undefined ? [] : [failure])];
  for (const name of asked === undefined ? backends.names : [asked]) {
    const backend = await backends.get(name);
    const results = await backend.checks(config);
    checks.push(...results);
    const broken = results.some(({ status }) => status === "fail");
    if (!broken && !input.switches.has("no-proof")) checks.push(...(await proveWall(context, config, backend)));
  }
  const failed = checks.some(({ status }) => status === "fail");
  return {
    exitCode: failed ? 1 : 0,
    text: renderChecks(checks, styleFor(ui.stdout, env)),
    json: { ok: !failed, checks },
  };
}
