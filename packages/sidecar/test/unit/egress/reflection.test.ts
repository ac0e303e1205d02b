import type { ServerResponse } from "node:http";
import * as zlib from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import type { EgressRoute } from "@bot-bottle/core";
import { route } from "../../support/bottle.ts";
import { openTunnel, type RawAnswer } from "../../support/client.ts";
import { startOrigin } from "../../support/origin.ts";
import { testScope } from "../../support/scope.ts";

const { keep, bottle } = testScope();
const host = "api.example.com";
const token = "sk-real/0123456789+abcdef";
const auth: EgressRoute["auth"] = {
  scheme: "Bearer",
  header: "authorization",
  secret: { source: "env", name: "T" },
  wildcard: false,
};

/** One answer of an upstream that shows the credential in some way, as the agent gets to see it. */
async function answerOf(respond: (response: ServerResponse) => void, change: Partial<EgressRoute> = { auth }) {
  const origin = keep(
    await startOrigin((_request, response) => {
      respond(response);
    }),
  );
  const sidecar = await bottle({
    routes: [route(host, change)],
    secrets: { "env:T": token },
    origins: { 443: origin.port },
  });
  const wire = await openTunnel(sidecar, `${host}:443`);
  wire.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return { answer: await wire.answer(), sidecar };
}

/** Every run of the credential's characters that an attacker could put together again. */
function expectNothingOf(value: string, { head, body }: RawAnswer): void {
  for (let at = 0; at + 6 <= value.length; at++) expect(head + body).not.toContain(value.slice(at, at + 6));
}

/** Refused while the head was held back; cut when the machine was too slow for that. Nothing of it in either case. */
function expectCaught(form: string, answer: RawAnswer): void {
  expect({ status: answer.status, isCut: answer.isCut }).toEqual(
    answer.status === 502 ? { status: 502, isCut: false } : { status: 200, isCut: true },
  );
  expectNothingOf(form, answer);
}

const bytes = Buffer.from(token);
const forms: readonly [string, string][] = [
  ["as it is", token],
  ["in base64", bytes.toString("base64")],
  ["in base64 behind one byte", Buffer.from(`x${token}`).toString("base64")],
  ["in base64 behind two bytes", Buffer.from(`xy${token}`).toString("base64")],
  ["in base64url", Buffer.from(`a${token}`).toString("base64url")],
  ["in hex", bytes.toString("hex")],
  ["in upper-case hex", bytes.toString("hex").toUpperCase()],
  ["percent-encoded", encodeURIComponent(token)],
  ["with every byte percent-encoded", bytes.toString("hex").replace(/../g, "%$&")],
  ["in JSON with escaped slashes", token.replaceAll("/", "\\/")],
  [
    "in JSON with every character escaped",
    Array.from(token, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ],
];

describe("an upstream that shows the credential", () => {
  it.each(forms)("is not passed on when it shows it %s", async (_title, form) => {
    const { answer, sidecar } = await answerOf((response) => response.end(`{"you sent": "${form}"}`));
    expectCaught(form, answer);
    expect(JSON.stringify(sidecar.records().at(-1))).toContain("credential_reflected");
  });

  it("is answered with a readable refusal as long as the head is not out", async () => {
    for (let attempt = 1; ; attempt++) {
      const { answer, sidecar } = await answerOf((response) => response.end(token));
      if (answer.isCut && attempt < 10) continue;
      expect(answer.status).toBe(502);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "credential_reflected" } });
      expect(sidecar.records().at(-1)).toMatchObject({ type: "refusal", code: "credential_reflected" });
      return;
    }
  });

  it("would be passed on without the guard", async () => {
    const { answer } = await answerOf((response) => response.end(token), {});
    expect(answer).toMatchObject({ status: 200, body: token });
  });

  it.each([
    ["a header", (response: ServerResponse) => response.writeHead(200, { "x-echo": `Bearer ${token}` }).end()],
    [
      "a header's name",
      (response: ServerResponse) => response.writeHead(200, { "sk-real-0123456789": "x" }).end(token),
    ],
    ["the reason phrase", (response: ServerResponse) => response.writeHead(200, token).end()],
    [
      "a redirect",
      (response: ServerResponse) => response.writeHead(302, { location: `/?t=${encodeURIComponent(token)}` }).end(),
    ],
    ["an error page", (response: ServerResponse) => response.writeHead(500).end(`<p>${token}</p>`)],
  ])("is not passed on when it shows it in %s", async (_title, respond) => {
    const { answer } = await answerOf(respond);
    expect([502, "cut"]).toContain(answer.isCut ? "cut" : answer.status);
    expectNothingOf(token, answer);
  });

  it.each([
    ["gzip", zlib.gzipSync],
    ["deflate", zlib.deflateSync],
    ["br", zlib.brotliCompressSync],
  ] as const)("is not passed on when it shows it in %s", async (encoding, compress) => {
    const { answer } = await answerOf((response) => {
      response
        .writeHead(200, { "content-encoding": encoding })
        .end(compress(Buffer.from(`${"x".repeat(1000)}${token}`)));
    });
    expectCaught(token, answer);
  });

  it("is cut before the first byte of it when the head is out already, split as it may be", async () => {
    const { answer, sidecar } = await answerOf((response) => {
      response.write("data: hello\n\n");
      const parts = [...Array.from(token), "tail"];
      const timer = setInterval(() => {
        const part = parts.shift();
        if (part === undefined) clearInterval(timer);
        else response.write(part);
      }, 5);
    });
    expect(answer).toMatchObject({ status: 200, isCut: true });
    expect(answer.body).toBe("data: hello\n\n");
    expect(sidecar.records().at(-1)).toMatchObject({ type: "request", aborted: "credential_reflected" });
  });

  it("is cut when it shows it in a trailer", async () => {
    const { answer } = await answerOf((response) => {
      response.writeHead(200, { trailer: "x-t" });
      response.write("body");
      response.addTrailers({ "x-t": token });
      response.end();
    });
    expect(answer.isCut).toBe(true);
    expectNothingOf(token, answer);
  });

  it("does not get its cookies through, which are credentials too", async () => {
    const { answer } = await answerOf((response) => response.writeHead(200, { "set-cookie": "session=1" }).end("ok"));
    expect(answer.status).toBe(200);
    expect(answer.head).not.toContain("session");
  });
});

describe("honest answers of a scanned route", () => {
  it("arrive decoded and whole, also when they look like the credential for a while", async () => {
    const body = `${token.slice(0, -1)}!${token.slice(0, 10)}`;
    const { answer } = await answerOf((response) => {
      response.writeHead(200, { "content-encoding": "gzip", etag: '"x"' }).end(zlib.gzipSync(Buffer.from(body)));
    });
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect(answer.headers["etag"]).toBe('"x"');
  });

  it("keep their length when they were not encoded", async () => {
    const { answer } = await answerOf((response) => response.writeHead(200, { "content-length": 5 }).end("hello"));
    expect(answer).toMatchObject({ body: "hello", headers: { "content-length": "5" } });
  });

  it("are refused when they cannot be read", async () => {
    const unknown = await answerOf((response) => response.writeHead(200, { "content-encoding": "compress" }).end("x"));
    expect(JSON.parse(unknown.answer.body)).toMatchObject({ error: { code: "upstream_failed" } });
    const broken = await answerOf((response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end("not gzip"),
    );
    expect([502, "cut"]).toContain(broken.answer.isCut ? "cut" : broken.answer.status);
    expect(broken.answer.body).not.toContain("not gzip");
  });

  it("may be bombs: they stream through in bounded memory", async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(32 * 1024 * 1024));
    const before = process.memoryUsage().external;
    const { answer } = await answerOf((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    expect(answer.body).toHaveLength(32 * 1024 * 1024);
    expect(process.memoryUsage().external - before).toBeLessThan(32 * 1024 * 1024);
  }, 20_000);
});
