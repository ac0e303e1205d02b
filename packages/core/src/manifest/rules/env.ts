import type { BottleSpec, EnvValue } from "../../bottle/spec.ts";
import { fromOf, type ReadContext, type Section } from "../section.ts";

const HOST_REFERENCE = /^\$\{(.*)\}$/s;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PARTIAL_REFERENCE = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/;

/** What leads the agent's programs to the sidecar, and what has them trust it. */
const OWN_PROXY = /^(?:https?|all|no)_proxy$/i;
const OWN_TRUST: readonly string[] = [
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "CODEX_CA_CERTIFICATE",
];

/** The key that does what the writer of such a variable probably wants; undefined for every other name. */
function betterKey(name: string): string | undefined {
  if (OWN_PROXY.test(name)) return "egress.upstream.proxy";
  return OWN_TRUST.includes(name) ? "egress.upstream.ca_file" : undefined;
}

/** `env` of a bottle. Values stay out of issues and warnings. */
export function readEnv(env: Section, context: ReadContext): BottleSpec["env"] {
  const values: Record<string, EnvValue & { readonly from: string }> = {};
  for (const name of env.keys) {
    const field = env.node(name);
    if (field?.value.kind !== "scalar" || field.value.value === null) continue;
    const { source } = field.value;
    const host = HOST_REFERENCE.exec(source)?.[1];
    const from = fromOf(field);
    const better = betterKey(name);
    if (better !== undefined) {
      context.warnings.push(
        `${from}: "${field.key}" replaces what leads the agent to its sidecar; "${better}" may be meant`,
      );
    }
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
