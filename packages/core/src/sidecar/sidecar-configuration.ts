import type { LaunchHost } from "../backend/hosts.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { type SecretRef, secretKey } from "../secret/secret-ref.ts";
import type { SidecarConfiguration, UpstreamConfiguration } from "./control-protocol.ts";

/** What stays the same through every restart of a bottle's sidecar. */
export type FixedConfiguration = Omit<SidecarConfiguration, "network" | "audit">;

/** Everything of a plan whose value only the sidecar gets, each as often as it is named. */
export function planSecretRefs(plan: BottlePlan): readonly SecretRef[] {
  const { policy, upstream } = plan.egressPlan;
  return [
    ...policy.routes.flatMap(({ auth }) => (auth === undefined ? [] : [auth.secret])),
    ...(upstream.proxy?.auth === undefined ? [] : [upstream.proxy.auth]),
  ];
}

/** One after the other: some are asked from the human. */
async function secretValues(plan: BottlePlan, host: LaunchHost): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const ref of planSecretRefs(plan)) values[secretKey(ref)] ??= (await host.resolveSecret(ref)).reveal();
  return values;
}

function upstreamOf({ egressPlan: { upstream } }: BottlePlan): UpstreamConfiguration {
  const { proxy, caCertificates } = upstream;
  if (proxy === undefined) return { caCertificates };
  const auth = proxy.auth === undefined ? {} : { authSecretKey: secretKey(proxy.auth) };
  return { proxy: { url: proxy.url, ...auth }, caCertificates };
}

/** Gathers what `configure` hands over: policy, secret values and the authority minted for this launch. */
export async function fixedConfiguration(plan: BottlePlan, host: LaunchHost): Promise<FixedConfiguration> {
  const [secrets, authority] = await Promise.all([secretValues(plan, host), host.mintAuthority(plan.slug)]);
  return {
    slug: plan.slug,
    generation: 1,
    policy: plan.egressPlan.policy,
    secrets,
    authority,
    upstream: upstreamOf(plan),
    logLevel: plan.egressPlan.logLevel,
  };
}
