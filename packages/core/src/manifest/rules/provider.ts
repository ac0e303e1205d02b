import type { BottleSpec } from "../../bottle/spec.ts";
import { formatPlace } from "../place.ts";
import { fromOf, type ReadContext, type Section } from "../section.ts";
import { toPlain } from "../tree.ts";
import { readHostPath } from "./host-path.ts";
import { readSecretRef } from "./secret-ref.ts";

const DEFAULT_TEMPLATE = "claude";

/** `agent_provider` of a bottle, with the defaults. */
export function readProvider(provider: Section, context: ReadContext): BottleSpec["provider"] {
  const dockerfile = provider.text("dockerfile");
  const dockerfilePath = readHostPath(dockerfile, context);
  const token = provider.text("auth_token");
  const ref = readSecretRef(token, context);
  const forward = provider.flag("forward_host_credentials");
  if (token !== undefined && forward?.value === true) {
    context.issues.addKey(forward.place, forward.key, "cannot stand together with `auth_token`; keep one of the two");
  }
  const packages = provider.section("packages");
  const settings = provider.node("settings")?.value;
  return {
    template: provider.text("template")?.value ?? DEFAULT_TEMPLATE,
    ...(dockerfile === undefined || dockerfilePath === undefined
      ? {}
      : { dockerfile: { path: dockerfilePath, from: fromOf(dockerfile) } }),
    packages: {
      apt: packages.texts("apt").map(({ value }) => value),
      npm: packages.texts("npm").map(({ value }) => value),
    },
    ...(token === undefined || ref === undefined ? {} : { authToken: { ref, from: fromOf(token) } }),
    forwardHostCredentials: forward?.value ?? false,
    settings: settings?.kind === "map" ? (toPlain(settings) as Record<string, unknown>) : {},
    from: provider.place === undefined ? "default" : formatPlace(provider.place),
  };
}
