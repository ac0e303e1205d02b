import { scriptStage } from "./stage.mjs";

/** Everything that needs no engine, cheapest first; the first failure ends it. */
export async function runChecks(env) {
  const scripts = [
    "lint",
    "typecheck",
    "boundaries",
    "boundaries:fire",
    "schemas:check",
    "unused",
    "test:unit",
    "build",
  ];
  for (const script of [...scripts, "pack:check", "pack:smoke"]) await scriptStage(script, { env });
}
