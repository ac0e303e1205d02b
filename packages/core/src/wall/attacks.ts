/** One way out of a bottle that must be closed, as data: any backend runs it, and the doctor shows some of them. */
export interface WallAttack {
  /** stable, e.g. `wall.tcp.gateway` */
  readonly id: string;
  readonly title: string;
  /** body of an async function in the guest, after `GUEST_LIBRARY`; returns how it got out, or undefined */
  readonly body: string;
  /** cannot be shown without a proxy in the targets */
  readonly needsProxy: boolean;
}

function attack(id: string, title: string, body: string): WallAttack {
  return { id: `wall.${id}`, title, body, needsProxy: body.includes("Proxy(") };
}

/** an answer of the far end, not a refusal */
const answered = "status >= 200 && status < 400";

export const WALL_ATTACKS: readonly WallAttack[] = [
  attack(
    "tcp.gateway",
    "TCP to every neighbour on the host's port, the bridge gateway among them",
    "return await openTcp(neighbours().map((address) => ({ address, port: targets.hostPort })));",
  ),
  attack(
    "tcp.host",
    "TCP to every address of the host",
    "return await openTcp(targets.hostAddresses.map((address) => ({ address, port: targets.hostPort })));",
  ),
  attack("tcp.outside", "TCP to the outside", "return await openTcp(targets.outside);"),
  attack(
    "udp.host",
    "UDP to the gateway and every address of the host",
    "return await openUdp([...neighbours(), ...targets.hostAddresses].map((address) => ({ address, port: targets.hostPort })));",
  ),
  attack("udp.outside", "UDP to the outside", "return await openUdp(targets.outside);"),
  attack(
    "ipv6",
    "IPv6 to the host, by its addresses and by link-local multicast",
    `const own = interfaces().filter((one) => one.family === "IPv6" && !one.internal);
     const multicast = own.map((one) => ({ address: "ff02::1%" + one.name, port: targets.hostPort }));
     return await openUdp(multicast);`,
  ),
  attack(
    "metadata",
    "the cloud's metadata service",
    `return await openTcp([{ address: "169.254.169.254", port: 80 }, { address: "169.254.169.254", port: targets.hostPort },
       { address: "100.100.100.200", port: 80 }, { address: "168.63.129.16", port: 80 }]);`,
  ),
  attack("other-bottle", "another bottle's machines", "return await openTcp(targets.otherBottle);"),
  attack(
    "dns",
    "a random name asked of every resolver in reach",
    `const servers = [...ownResolvers(), "127.0.0.11", ...neighbours().slice(0, 2), ...targets.dnsServers];
     const name = "x" + Math.random().toString(36).slice(2) + "." + targets.dnsSuffix;
     const answers = await Promise.all([...new Set(servers)].map(async (server) => [server, await ask(server, name)]));
     return answers.filter(([, count]) => count > 0).map(([server]) => server).join(" ") || undefined;`,
  ),
  attack(
    "no-proxy",
    "an undeclared name without the proxy",
    `const found = await quietly(() => dns.lookup(targets.undeclaredHost, { all: true })) || [];
     return await openTcp(found.map(({ address }) => ({ address, port: targets.hostPort })));`,
  ),
  attack(
    "connect.ip",
    "CONNECT to addresses instead of names, in every spelling",
    `const list = [...targets.hostAddresses.filter(net.isIPv4), "127.0.0.1", "169.254.169.254"].flatMap((ip) =>
       [ip, String(toNumber(ip)), "0x" + toNumber(ip).toString(16), "[::ffff:" + ip + "]"]);
     const found = await Promise.all(list.map(async (ip) =>
       [ip, await quietly(async () => { const { status, socket } = await connectProxy(ip + ":" + targets.hostPort); socket.destroy(); return status; })]));
     return found.filter(([, status]) => ${answered}).map(([ip]) => ip).join(" ") || undefined;`,
  ),
  attack(
    "connect.undeclared",
    "CONNECT to an undeclared host",
    `const host = targets.undeclaredHost;
     const status = await quietly(() => throughProxy(host + ":443", host, host));
     return ${answered} ? "status " + status : undefined;`,
  ),
  attack(
    "connect.sni",
    "CONNECT to a declared host, another name in the TLS handshake",
    `const status = await quietly(() => throughProxy(targets.declaredHost + ":443", targets.undeclaredHost, targets.undeclaredHost));
     return ${answered} ? "status " + status : undefined;`,
  ),
  attack(
    "connect.host",
    "CONNECT to a declared host, another name in the Host header",
    `const status = await quietly(() => throughProxy(targets.declaredHost + ":443", targets.declaredHost, targets.undeclaredHost));
     return ${answered} ? "status " + status : undefined;`,
  ),
  attack(
    "routes",
    "a route of its own to the outside",
    `for (const gateway of neighbours().slice(0, 14)) {
       const { status } = cp.spawnSync("ip", ["route", "replace", "default", "via", gateway], { timeout: WAIT_MS });
       if (status === 0) return "route via " + gateway;
     }
     return undefined;`,
  ),
];
