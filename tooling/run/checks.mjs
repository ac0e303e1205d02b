import { scriptStage } from "./stage.mjs";

const scripts = [
  "lint",
  "typecheck",
  "boundaries",
  "boundaries:fire",
  "schemas:check",
  "docs:check",
  "unused",
  "test:unit",
  "build",
  "exports:light",
  "pack:check",
  "pack:smoke",
];

/** Everything that needs no engine, cheap before dear; the first failure ends it. */
export async function runChecks(env) {
  for (const script of scripts) await scriptStage(script, { env });
}
