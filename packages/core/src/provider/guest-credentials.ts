import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";

/**
 * Refuses environment of the bottle that would put a credential where the agent sees it.
 * @param names variables in which the program takes credentials
 * @throws BotBottleError `BB_CREDENTIALS_UNSUPPORTED`
 */
export function refuseGuestCredentials({ env }: BottleSpec, names: readonly string[]): void {
  for (const [name, value] of Object.entries(env)) {
    if (!names.includes(name)) continue;
    throw new BotBottleError(
      "BB_CREDENTIALS_UNSUPPORTED",
      `${value.from}: the variable ${name} in env would hand the credential to the agent.`,
      { hint: "Name it in agent_provider.auth_token instead: the sidecar puts it on, the agent never has it." },
    );
  }
}
