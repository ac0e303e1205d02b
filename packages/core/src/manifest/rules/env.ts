import type { BottleSpec, EnvValue } from "../../bottle/spec.ts";
import { fromOf, type ReadContext, type Section } from "../section.ts";

const HOST_REFERENCE = /^\$\{(.*)\}$/s;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PARTIAL_REFERENCE = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/;

/** `env` of a bottle. Values stay out of issues and warnings. */
export function readEnv(env: Section, context: ReadContext): BottleSpec["env"] {
  const values: Record<string, EnvValue & { readonly from: string }> = {};
  for (const name of env.keys) {
    const field = env.node(name);
    if (field?.value.kind !== "scalar" || field.value.value === null) continue;
    const { source } = field.value;
    const host = HOST_REFERENCE.exec(source)?.[1];
    const from = fromOf(field);
    if (source.includes("\0")) context.issues.addKey(field.place, field.key, "must not hold a NUL character");
    else if (source.startsWith("?")) values[name] = { kind: "prompt", text: source.slice(1).trim(), from };
    else if (host === undefined || host.includes("${")) {
      if (PARTIAL_REFERENCE.test(source)) {
        context.warnings.push(`${from}: "${field.key}" passes \${…} on as it is; only a whole value is a reference`);
      }
      values[name] = { kind: "literal", value: source, from };
    } else if (ENV_NAME.test(host)) values[name] = { kind: "host", name: host, from };
    else context.issues.addKey(field.place, field.key, "must be `${NAME}` with the name of a variable");
  }
  return values;
}
