import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { createSidecarClient } from "../../../src/sidecar/client.ts";
import { MAX_CONTROL_MESSAGE_BYTES } from "../../../src/sidecar/control-protocol.ts";
import { readJsonLines } from "../../../src/sidecar/json-lines.ts";

/** A client whose other end the test plays: `answer` gets each request and returns what to write back. */
function setUp(answer: (request: { id: number; method: string; params: unknown }) => string | undefined) {
  const toClient = new PassThrough();
  const fromClient = new PassThrough();
  const connection = Duplex.from({ readable: toClient, writable: fromClient });
  readJsonLines(fromClient, MAX_CONTROL_MESSAGE_BYTES, {
    onMessage: (message) => {
      const text = answer(message as never);
      if (text !== undefined) toClient.write(text);
    },
    onBroken: () => undefined,
    onEnd: () => undefined,
  });
  return { client: createSidecarClient(connection), toClient };
}
const result = (id: number, value: unknown): string => `${JSON.stringify({ jsonrpc: "2.0", id, result: value })}\n`;

describe("createSidecarClient", () => {
  it("matches answers to calls in any order", async () => {
    const waiting: number[] = [];
    const { client, toClient } = setUp(({ id }) => {
      waiting.push(id);
      if (waiting.length === 2)
        for (const one of [...waiting].reverse()) toClient.write(result(one, { generation: one }));
      return undefined;
    });
    const params = { policy: { routes: [], providerRules: [] } };
    const both = await Promise.all([client.call("routes.apply", params), client.call("routes.apply", params)]);
    expect(both).toEqual([{ generation: 1 }, { generation: 2 }]);
    client.close();
    expect(await client.closed).toBeUndefined();
  });

  it("turns a refusal into BB_SIDECAR with the sidecar's words, and wall_open into BB_WALL", async () => {
    const { client } = setUp(({ id, method }) =>
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        error: { code: -32000, message: "no\u001b[2J", data: { code: method === "health" ? "wall_open" : "x" } },
      }).concat("\n"),
    );
    await expect(client.call("routes.get", {})).rejects.toMatchObject({
      code: "BB_SIDECAR",
      message: expect.stringContaining("\\u{1b}"),
    });
    await expect(client.call("health", {})).rejects.toMatchObject({ code: "BB_WALL" });
    client.close();
  });

  it("delivers events until the listener is taken off", async () => {
    const { client, toClient } = setUp(({ id }) => result(id, {}));
    const seen: string[] = [];
    const stop = client.onEvent(({ line }) => seen.push(line));
    const event = (line: string): string =>
      `${JSON.stringify({ jsonrpc: "2.0", method: "event", params: { type: "audit", line } })}\n`;
    toClient.write(event("a") + event("b"));
    await client.call("health", {});
    stop();
    toClient.write(event("c"));
    await client.call("health", {});
    expect(seen).toEqual(["a", "b"]);
    client.close();
  });

  it("keeps the order of an answer and the events behind it, for whoever awaits the answer", async () => {
    const event = `${JSON.stringify({ jsonrpc: "2.0", method: "event", params: { type: "audit", line: "second" } })}\n`;
    const { client } = setUp(({ id }) => result(id, { lines: ["first"] }) + event);
    const seen: string[] = [];
    client.onEvent(({ line }) => seen.push(line));
    seen.push(...(await client.call("events.subscribe", { fromCount: 0 })).lines);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toEqual(["first", "second"]);
    client.close();
  });

  it("delivers what had arrived when it is closed", async () => {
    const event = `${JSON.stringify({ jsonrpc: "2.0", method: "event", params: { type: "audit", line: "last" } })}\n`;
    const { client } = setUp(({ id }) => (id === 1 ? result(id, {}) : event + result(id, {})));
    const seen: string[] = [];
    client.onEvent(({ line }) => seen.push(line));
    await Promise.all([client.call("events.subscribe", { fromCount: 0 }), client.call("audit.end", {})]);
    client.close();
    expect(seen).toEqual(["last"]);
  });

  it.each([
    ["garbage", "not json with s3cret\n"],
    ["an answer to nothing", result(77, { v: "s3cret" })],
    ["a message that is no object", '"s3cret"\n'],
    ["a line without end", "x".repeat(MAX_CONTROL_MESSAGE_BYTES + 1)],
  ])("ends on %s, without repeating it", async (_title, text) => {
    const { client } = setUp(() => text);
    const values = { "env:TOKEN": "s3cret" };
    const error: unknown = await client.call("secrets.set", { values }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "BB_SIDECAR" });
    expect(String(error)).not.toContain("s3cret");
    expect(await client.closed).toMatchObject({ code: "BB_SIDECAR" });
    await expect(client.call("health", {})).rejects.toMatchObject({ code: "BB_SIDECAR" });
  });

  it("rejects open calls when the stream ends", async () => {
    const { client, toClient } = setUp(() => undefined);
    const call = client.call("health", {});
    toClient.end();
    await expect(call).rejects.toMatchObject({ code: "BB_SIDECAR", message: "The sidecar went away." });
  });

  it("refuses parameters larger than a message may be, and stays usable", async () => {
    const { client } = setUp(({ id }) => result(id, {}));
    const values = { "env:A": "x".repeat(MAX_CONTROL_MESSAGE_BYTES) };
    await expect(client.call("secrets.set", { values })).rejects.toMatchObject({ code: "BB_SIDECAR" });
    await expect(client.call("secrets.set", { values: {} })).resolves.toEqual({});
    client.close();
  });
});

describe("readJsonLines", () => {
  it("puts lines together from any chunking", async () => {
    const stream = new PassThrough();
    const seen: unknown[] = [];
    readJsonLines(stream, 100, {
      onMessage: (message) => seen.push(message),
      onBroken: () => undefined,
      onEnd: () => seen.push("end"),
    });
    for (const byte of Buffer.from('{"a":"é"}\n\n{"b":2}\r\n[3')) stream.write(Buffer.from([byte]));
    stream.end();
    await once(stream, "end");
    expect(seen).toEqual([{ a: "é" }, { b: 2 }, "end"]);
  });
});
