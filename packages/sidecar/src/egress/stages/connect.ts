import { checkAddress, type EgressRequest, type EgressRoute } from "@bot-bottle/core";
import { type EgressContext, type Staged } from "../context.ts";
import { refuse } from "../refusals.ts";
import { UpstreamFailure } from "../upstream/failure.ts";
import { type UpstreamTarget } from "../upstream/target.ts";

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
  for (const address of addresses) {
    const verdict = checkAddress(address, { allowPrivate: route.allowPrivate, forbidden });
    if (verdict.outcome === "refuse") return refuse(verdict.code, verdict.reason, { rule: route.id });
  }
  return { ...target, addresses: isProxied ? undefined : addresses };
}
