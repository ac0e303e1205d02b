import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { LIMITS } from "../../../src/limits.ts";
import { route } from "../../support/bottle.ts";
import { openTunnel } from "../../support/client.ts";
import { startOrigin } from "../../support/origin.ts";
import { testScope } from "../../support/scope.ts";

const { keep, bottle } = testScope();
const host = "api.example.com";

/** An origin that writes down what reached it, and a tunnel to it. */
async function setUp() {
  const reached: string[] = [];
  const origin = keep(
    await startOrigin((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        reached.push(`${request.method ?? ""} ${request.url ?? ""} ${body}`);
        response.end("ok");
      });
    }),
  );
  const sidecar = await bottle({ routes: [route(host)], origins: { 443: origin.port } });
  return { reached, sidecar, wire: await openTunnel(sidecar, `${host}:443`) };
}
const H = `Host: ${host}\r\n`;
const smuggled = `GET /smuggled HTTP/1.1\r\n${H}\r\n`;

describe("ambiguous framing", () => {
  it.each([
    ["CL and TE", `POST / HTTP/1.1\r\n${H}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ["TE and CL", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${smuggled}`],
    [
      "two lengths",
      `POST / HTTP/1.1\r\n${H}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    ],
    ["two equal lengths", `POST / HTTP/1.1\r\n${H}Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi${smuggled}`],
    ["a list of lengths", `POST / HTTP/1.1\r\n${H}Content-Length: 2, 2\r\n\r\nhi${smuggled}`],
    ["a signed length", `POST / HTTP/1.1\r\n${H}Content-Length: +2\r\n\r\nhi${smuggled}`],
    ["a hex length", `POST / HTTP/1.1\r\n${H}Content-Length: 0x2\r\n\r\nhi${smuggled}`],
    ["two encodings", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    [
      "chunked twice",
      `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["an encoding that only looks chunked", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ["chunked and identity", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
    ["a bare LF behind a field", `GET / HTTP/1.1\r\nX: y\nHost: ${host}\r\n\r\n`],
    ["a bare LF in the request line", `GET / HTTP/1.1\n${H}\r\n`],
    ["bare LFs alone", `GET / HTTP/1.1\nHost: ${host}\n\n`],
    ["a bare CR in a field", `GET / HTTP/1.1\r\n${H}X: a\rb\r\n\r\n`],
    ["a folded field", `GET / HTTP/1.1\r\n${H}X: a\r\n b\r\n\r\n`],
    ["a NUL in a field", `GET / HTTP/1.1\r\n${H}X: a\0b\r\n\r\n`],
    ["a blank before the colon", `GET / HTTP/1.1\r\n${H}Content-Length : 2\r\n\r\nhi`],
    ["a blank before the first field", `GET / HTTP/1.1\r\n X: y\r\n${H}\r\n`],
    ["a chunk size with a sign", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n`],
    ["a chunk without its CRLF", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`],
    ["a bare LF behind a chunk size", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n`],
    ["two Hosts", `GET / HTTP/1.1\r\n${H}${H}\r\n`],
    ["no Host", `GET / HTTP/1.1\r\n\r\n`],
    ["a target in absolute form", `GET https://${host}/ HTTP/1.1\r\n${H}\r\n`],
    ["a target that is an authority", `GET ${host} HTTP/1.1\r\n${H}\r\n`],
    ["HTTP/0.9", "GET /\r\n\r\n"],
    ["HTTP/1.0 with chunks", `POST / HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["HTTP/2 by preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("refuses %s, closes, and lets nothing through", async (_title, text) => {
    const { reached, wire, sidecar } = await setUp();
    wire.send(text);
    const { status, body } = await wire.answer();
    const rest = await wire.closed();
    expect({ status, rest }).toEqual({ status: 400, rest: "" });
    expect(JSON.parse(body)).toMatchObject({ error: { code: "invalid_request" } });
    expect(reached.filter((line) => line.includes("smuggled"))).toEqual([]);
    expect(reached.filter((line) => !line.startsWith("POST / "))).toEqual([]);
    expect(sidecar.records().at(-1)).toMatchObject({ type: "refusal", code: "invalid_request" });
  });

  it("writes framing anew, so that only one request goes out", async () => {
    const { reached, wire } = await setUp();
    wire.send(`POST /a HTTP/1.1\r\n${H}Content_Length: 9\r\nTransfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\nhi`);
    expect(await wire.answer()).toMatchObject({ status: 200 });
    wire.send(`POST /b HTTP/1.1\r\n${H}Transfer-Encoding: Chunked\r\n\r\n2;ext=1\r\nhi\r\n0\r\n\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200 });
    wire.send(`POST /c HTTP/1.1\r\n${H}\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200 });
    expect(reached).toEqual(["POST /a hi", "POST /b hi", "POST /c "]);
  });

  it("answers pipelined requests one after the other", async () => {
    const { reached, wire } = await setUp();
    wire.send(`GET /1 HTTP/1.1\r\n${H}\r\nGET /2 HTTP/1.1\r\n${H}\r\n`);
    expect([await wire.answer(), await wire.answer()]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(reached.sort()).toEqual(["GET /1 ", "GET /2 "]);
  });

  it("never lets a second request hide in the first, whatever the bytes", async () => {
    const piece = fc.constantFrom(
      ...[
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\tchunked\r\n",
        "X: y\n",
        "\r\n",
      ],
      ...[
        "0\r\n\r\n",
        "GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\n",
        " ",
        "\0",
        "Content-Length: 0\r\n",
        "5\r\nhello\r\n",
      ],
    );
    const { reached, sidecar } = await setUp();
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const wire = await openTunnel(sidecar, `${host}:443`);
        wire.send(`POST /first HTTP/1.1\r\n${H}${pieces.join("")}`);
        await Promise.race([wire.answer(), new Promise((resolve) => setTimeout(resolve, 30))]);
        wire.socket.destroy();
      }),
      { numRuns: 60 },
    );
    // A request of its own with its own Host is refused by its Host; nothing else may have come of it.
    expect(reached.filter((line) => line.startsWith("GET"))).toEqual([]);
  });
});

describe("bounds of a request", () => {
  it("refuses too long a header with 431", async () => {
    const { wire } = await setUp();
    wire.send(`GET / HTTP/1.1\r\n${H}X: ${"x".repeat(LIMITS.headerBytes)}\r\n\r\n`);
    expect(await wire.json()).toMatchObject({ status: 431, error: { code: "too_large" } });
  });

  it("refuses too many fields with 431, also when the parser would drop them", async () => {
    const { wire, reached } = await setUp();
    wire.send(`GET / HTTP/1.1\r\n${H}${"X: y\r\n".repeat(LIMITS.headerCount)}\r\n`);
    expect(await wire.json()).toMatchObject({ status: 431, error: { code: "too_large" } });
    expect(reached).toEqual([]);
  });

  it("carries a header just within the bounds", async () => {
    const { wire } = await setUp();
    wire.send(`GET / HTTP/1.1\r\n${H}${"X: y\r\n".repeat(LIMITS.headerCount - 1)}\r\n`);
    expect(await wire.answer()).toMatchObject({ status: 200 });
  });

  it("answers a refused upload before it was read, and the client gets to see it", async () => {
    const { sidecar } = await setUp();
    const other = await openTunnel(sidecar, "evil.example:443");
    const size = 4 * 1024 * 1024;
    other.send(`POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: ${size}\r\n\r\n`);
    expect(await other.json()).toMatchObject({ status: 403, error: { code: "host_not_declared" } });
    other.send(Buffer.alloc(size));
    other.send("GET /again HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    expect(await other.json()).toMatchObject({ status: 403, error: { path: "/again" } });
  });
});
