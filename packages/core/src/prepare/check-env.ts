import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";

/** Every `${HOST_VAR}` of the manifest must be set; the error names variables only. */
export function checkEnv(spec: BottleSpec, env: NodeJS.ProcessEnv): void {
  const missing = Object.entries(spec.env).flatMap(([, value]) =>
    value.kind === "host" && env[value.name] === undefined ? [value] : [],
  );
  const [first] = missing;
  if (first === undefined) return;
  const names = [...new Set(missing.map(({ name }) => name))];
  throw new BotBottleError(
    "BB_ENV_MISSING",
    `${first.from}: the environment variable${names.length === 1 ? "" : "s"} ${names.join(", ")} ${names.length === 1 ? "is" : "are"} not set.`,
    { hint: `Set ${names.length === 1 ? "it" : "them"} and start again, e.g. export ${first.name}=…` },
  );
}
