import type { BottlePlan } from "../bottle/plan.ts";
import { SIDECAR_HOSTS } from "../sidecar/ports.ts";

/** Where the bottle's certificate authority lies in the guest. */
export const GUEST_CA_FILE = "/usr/local/share/ca-certificates/bot-bottle.crt";
/** System bundle, with the bottle's authority added. */
export const GUEST_CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Environment of the agent machine itself: values of no consequence, because an engine keeps them on its disk. What a
 * manifest or provider sets is environment of each agent exec instead.
 */
export function machineEnvironment(plan: BottlePlan): Readonly<Record<string, string>> {
  const proxy = plan.egressProxyUrl;
  const direct = ["localhost", "127.0.0.1", ...Object.values(SIDECAR_HOSTS)].join(",");
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NO_PROXY: direct,
    no_proxy: direct,
    NODE_EXTRA_CA_CERTS: GUEST_CA_FILE,
    SSL_CERT_FILE: GUEST_CA_BUNDLE,
    REQUESTS_CA_BUNDLE: GUEST_CA_BUNDLE,
    CURL_CA_BUNDLE: GUEST_CA_BUNDLE,
    GIT_SSL_CAINFO: GUEST_CA_BUNDLE,
    CODEX_CA_CERTIFICATE: GUEST_CA_BUNDLE,
  };
}

/** Environment of an agent exec: the provider's, then the manifest's. */
export function agentEnvironment(
  plan: BottlePlan,
  manifestEnv: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { HOME: plan.guestHome, USER: plan.guestUser, ...plan.agentProvision.guestEnv, ...manifestEnv };
}
