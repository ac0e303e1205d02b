import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import * as packet from "dns-packet";
import { type DnsServer, startDnsServer } from "../../../src/dns/server.ts";
import { LIMITS } from "../../../src/limits.ts";

let server: DnsServer | undefined;
afterEach(() => server?.close());

async function start(isPeer = true) {
  const denied: string[] = [];
  server = await startDnsServer({
    address: "127.0.0.1",
    port: 0,
    isPeer: () => isPeer,
    isDeclared: (name) => name === "api.example.com",
    onDenied: (name, outcome) => denied.push(`${outcome} ${name}`),
  });
  return { denied, port: server.port };
}
const query = (name: string, id = 1): Buffer => packet.encode({ type: "query", id, questions: [{ type: "A", name }] });

/** Answers that come over UDP within a moment. */
async function askUdp(port: number, queries: readonly Buffer[], waitMs = 100): Promise<packet.DecodedPacket[]> {
  const socket = createSocket("udp4");
  const answers: packet.DecodedPacket[] = [];
  socket.on("message", (message) => answers.push(packet.decode(message)));
  for (const one of queries) socket.send(one, port, "127.0.0.1");
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  socket.close();
  return answers;
}

describe("startDnsServer", () => {
  it("answers over UDP, ignores what is malformed, and reports denials", async () => {
    const { port, denied } = await start();
    const answers = await askUdp(port, [query("api.example.com", 1), Buffer.from("junk"), query("evil.example", 2)]);
    expect(answers.map((answer) => [answer.id, (answer as { rcode?: string }).rcode])).toEqual([
      [1, "NOERROR"],
      [2, "NXDOMAIN"],
    ]);
    expect(denied).toEqual(["malformed (none)", "denied evil.example"]);
  });

  it("answers over TCP, split and together", async () => {
    const { port } = await start();
    const socket = connect(port, "127.0.0.1");
    const framed = Buffer.concat(
      [query("api.example.com", 1), query("evil.example", 2)].flatMap((one) => [Buffer.from([0, one.length]), one]),
    );
    socket.write(framed.subarray(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write(framed.subarray(5));
    let received = Buffer.alloc(0);
    while (received.length < 80) received = Buffer.concat([received, (await once(socket, "data"))[0] as Buffer]);
    const first = received.subarray(2, 2 + received.readUInt16BE(0));
    expect(packet.decode(first)).toMatchObject({ id: 1, rcode: "NOERROR" });
    socket.destroy();
  });

  it("answers so many queries a second and counts the rest", async () => {
    const { port, denied } = await start();
    const count = LIMITS.dnsQueriesPerSecond * 3;
    const answers = await askUdp(
      port,
      Array.from({ length: count }, (_, id) => query("api.example.com", id)),
      200,
    );
    expect(answers.length).toBeLessThanOrEqual(LIMITS.dnsQueriesPerSecond * 2); // the burst may straddle a second
    expect(answers.length + denied.length).toBe(count);
  });

  it("does not answer strangers", async () => {
    const { port, denied } = await start(false);
    expect(await askUdp(port, [query("api.example.com")])).toEqual([]);
    expect(denied).toEqual([]);
    const socket = connect(port, "127.0.0.1");
    await once(socket, "close");
  });
});
