import { checkAddress, type EgressRequest, type EgressRoute, type Refusal } from "@bot-bottle/core";
import type { EgressContext, Staged } from "../context.ts";
import { refuse } from "../refusals.ts";
import { UpstreamFailure } from "../upstream/failure.ts";
import type { UpstreamTarget } from "../upstream/target.ts";

/** Verdicts by the resolver's answer and the route as it stood; both are new objects when anything changes. */
const verdicts = new WeakMap<readonly string[], WeakMap<EgressRoute, Refusal | undefined>>();

function checkAddresses(
  addresses: readonly string[],
  route: EgressRoute,
  forbidden: readonly string[],
): Refusal | undefined {
  const known = verdicts.get(addresses) ?? new WeakMap<EgressRoute, Refusal | undefined>();
  verdicts.set(addresses, known);
  if (known.has(route)) return known.get(route);
  const bad = addresses
    .map((address) => checkAddress(address, { allowPrivate: route.allowPrivate, forbidden }))
    .find((verdict) => verdict.outcome === "refuse");
  const refusal = bad && refuse(bad.code, bad.reason, { rule: route.id });
  known.set(route, refusal);
  return refusal;
}

/**
 * Seventh stage: resolves the name after policy has had its say, and checks every address. One that may not be reached
 * refuses the name; what was checked here is what gets connected to, never the name again. Behind a corporate proxy a
 * name that does not resolve here passes, and the addresses are the proxy's business.
 */
export async function chooseTarget(
  { scheme, host, port }: EgressRequest,
  route: EgressRoute,
  generation: number,
  context: EgressContext,
): Promise<Staged<UpstreamTarget>> {
  const { resolver, forbidden } = context;
  const isProxied = context.corporateProxy() !== undefined;
  const target = { scheme, host, port, routeId: route.id, generation };
  let addresses: readonly string[];
  try {
    addresses = await resolver.resolve(host);
  } catch (error) {
    if (!(error instanceof UpstreamFailure)) throw error;
    if (isProxied && error.code === "unresolved") return { ...target, addresses: undefined };
    return refuse(error.code, error.message, { rule: route.id });
  }
  const refusal = checkAddresses(addresses, route, forbidden);
  return refusal ?? { ...target, addresses: isProxied ? undefined : addresses };
}
