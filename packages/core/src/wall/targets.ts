/** What the attacks aim at. The guest finds its own neighbours; the rest only the attacker's side knows. */
export interface WallTargets {
  /** addresses of the machine that runs the runtime, IPv4 and IPv6 */
  readonly hostAddresses: readonly string[];
  /** a TCP server and a UDP echo listen here on every address of that machine */
  readonly hostPort: number;
  /** TCP servers that stand for the internet, reachable from an unguarded machine */
  readonly outside: readonly { readonly address: string; readonly port: number }[];
  /** machines of another bottle, agent and sidecar */
  readonly otherBottle: readonly { readonly address: string; readonly port: number }[];
  /** resolvers to try, besides the ones that the guest finds in its own configuration */
  readonly dnsServers: readonly string[];
  /** a name that resolves outside; a random label is put before it */
  readonly dnsSuffix: string;
  /** `host:port` of the proxy, e.g. `egress:9099`; absent where there is none */
  readonly proxy?: { readonly host: string; readonly port: number };
  /** a host that the bottle may reach */
  readonly declaredHost: string;
  readonly undeclaredHost: string;
}
