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
  return { id: `wall.${id}`, title, body, needsProxy: /targets\.proxy|Proxy\(|speaksBehind/.test(body) };
}

/** Every one of them is seen to succeed on an unguarded machine by the escape tests. */
export const WALL_ATTACKS: readonly WallAttack[] = [
  attack(
    "tcp.gateway",
    "TCP to every neighbour on the host's port, the bridge gateway among them",
    "return await openTcp(neighbours().map(atHostPort));",
  ),
  attack("tcp.host", "TCP to every address of the host", "return await openTcp(hostIpv4().map(atHostPort));"),
  attack("tcp.outside", "TCP to the outside", "return await openTcp(targets.outside);"),
  attack(
    "udp.host",
    "UDP to the gateway and every address of the host",
    "return await openUdp([...neighbours(), ...hostIpv4()].map(atHostPort));",
  ),
  attack("udp.outside", "UDP to the outside", "return await openUdp(targets.outside);"),
  attack(
    "icmp",
    "ICMP to every address of the host and to the outside",
    "return perl(PING, [WAIT_MS / 1000, ...hostIpv4(), ...targets.outside.map(({ address }) => address).filter(net.isIPv4)]);",
  ),
  attack(
    "ipv6",
    "TCP and UDP over IPv6 to the gateway and the host, by their addresses and by multicast",
    `const { unicast, multicast } = targets6();
     const found = [openTcp(unicast.map(atHostPort)), openUdp([...unicast, ...multicast].map(atHostPort))];
     return together(await Promise.all(found));`,
  ),
  attack(
    "metadata",
    "the cloud's metadata service",
    `const services = ["169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254"];
     return await openTcp(services.flatMap((address) => [{ address, port: 80 }, atHostPort(address)]));`,
  ),
  attack(
    "other-bottle",
    "another bottle's machines",
    "return together(await Promise.all([openTcp(targets.otherBottle), openUdp(targets.otherBottle)]));",
  ),
  attack(
    "engine",
    "the socket of a container engine",
    `return await openPaths(["docker.sock", "containerd/containerd.sock", "podman/podman.sock"].flatMap((path) => ["/var/run/" + path, "/run/" + path]));`,
  ),
  attack(
    "dns",
    "a random name asked of every resolver in reach",
    `const servers = [...ownResolvers(), "127.0.0.11", ...neighbours().slice(0, 2), ...targets.dnsServers];
     const name = "x" + Math.random().toString(36).slice(2) + "." + targets.dnsSuffix;
     return await those([...new Set(servers)], async (server) => {
       const counts = await Promise.all([askUdp(server, name), askTcp(server, name)]);
       return counts.some((count) => count > 0);
     }, (server) => server);`,
  ),
  attack(
    "no-proxy",
    "an undeclared name without the proxy",
    `const found = await quietly(() => dns.lookup(targets.undeclaredHost, { all: true })) || [];
     return await openTcp(found.map(({ address }) => atHostPort(address)));`,
  ),
  attack(
    "connect.ip",
    "CONNECT to addresses instead of names, in every spelling",
    `const list = [...hostIpv4(), "127.0.0.1", "169.254.169.254"].flatMap(spellings);
     return await those(list, (ip) => quietly(() => speaksBehind(ip + ":" + targets.hostPort)), (ip) => ip);`,
  ),
  attack(
    "proxy.ip",
    "whole URLs with addresses instead of names, in every spelling",
    `const list = [...hostIpv4(), "127.0.0.1", "169.254.169.254"].flatMap(spellings);
     return await those(list, async (ip) => {
       const authority = ip + ":" + targets.hostPort;
       const head = ["GET http://" + authority + "/ HTTP/1.1", "Host: " + authority, "Connection: close"];
       const { status, socket } = await quietly(() => askProxy(head)) || {};
       socket?.destroy();
       return isAnswer(status);
     }, (ip) => ip);`,
  ),
  attack(
    "connect.undeclared",
    "CONNECT to an undeclared host",
    `const host = targets.undeclaredHost;
     const status = await quietly(() => throughProxy(host + ":443", host, host));
     return isAnswer(status) ? "status " + status : undefined;`,
  ),
  attack(
    "connect.sni",
    "CONNECT to a declared host, another name in the TLS handshake",
    `const status = await quietly(() => throughProxy(targets.declaredHost + ":443", targets.undeclaredHost, targets.undeclaredHost));
     return isAnswer(status) ? "status " + status : undefined;`,
  ),
  attack(
    "connect.host",
    "CONNECT to a declared host, another name in the Host header",
    `const status = await quietly(() => throughProxy(targets.declaredHost + ":443", targets.declaredHost, targets.undeclaredHost));
     return isAnswer(status) ? "status " + status : undefined;`,
  ),
  attack(
    "routes",
    "a route of its own to the outside",
    `const gateway = perl(ROUTE, neighbours().slice(0, 14));
     return gateway && "route via " + gateway;`,
  ),
];
