import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { readVariable } from "./read-variable.ts";

/**
 * Every `${HOST_VAR}` of the manifest must be set.
 * @throws BotBottleError `BB_ENV_MISSING`, naming variables only
 */
export function checkEnv(spec: BottleSpec, env: NodeJS.ProcessEnv): void {
  const missing = Object.values(spec.env).flatMap((value) =>
    value.kind === "host" && readVariable(env, value.name) === undefined ? [value] : [],
  );
  const [first] = missing;
  if (first === undefined) return;
  const names = [...new Set(missing.map(({ name }) => name))];
  const what = names.length === 1 ? "environment variable" : "environment variables";
  const is = names.length === 1 ? "is" : "are";
  throw new BotBottleError("BB_ENV_MISSING", `${first.from}: the ${what} ${names.join(", ")} ${is} not set.`, {
    hint: `Set ${names.length === 1 ? "it" : "them"} and start again: export ${first.name}=…`,
  });
}
