import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { afterEach, describe, expect, it } from "@jest/globals";
import {
  issueCertificate,
  MARKER,
  mintAuthority,
  modelApiContainer,
  parseRequests,
  type RunningModelApi,
  type ScriptOptions,
  startModelApi,
} from "../../../../tooling/model-api/index.mjs";

let api: RunningModelApi | undefined;
afterEach(async () => {
  await api?.close();
});

async function ask(options: ScriptOptions, body: unknown): Promise<string> {
  api = await startModelApi(options);
  const { port, caCertificate } = api;
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        servername: "api.anthropic.com",
        ca: caCertificate,
        method: "POST",
        path: "/v1/messages?beta=true",
        headers: { host: "api.anthropic.com", authorization: "Bearer real" },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          resolve(Buffer.concat(chunks).toString("utf8"));
        });
      },
    );
    sent.on("error", reject).end(JSON.stringify(body));
  });
}

const tools = [{ name: "Bash" }];
const results = (...texts: string[]): unknown[] =>
  texts.map((text) => ({ role: "user", content: [{ type: "tool_result", content: text }] }));

describe("the stand-in model API", () => {
  it("plays the script, one call for each result, streamed or whole", async () => {
    const steps = ["echo one", "echo two"];
    const streamed = await ask({ steps }, { stream: true, tools, messages: results("one") });
    expect(streamed).toContain("event: content_block_delta");
    expect(streamed).toContain("echo two");
    await api?.close();
    const whole = JSON.parse(await ask({ steps }, { tools, messages: results("one", "two") })) as unknown;
    expect(whole).toMatchObject({ stop_reason: "end_turn", content: [{ type: "text", text: `${MARKER}\ntwo` }] });
  });

  it("ends at once where no shell tool is offered", async () => {
    expect(await ask({ steps: ["echo one"] }, { messages: [] })).toContain(`"text":"${MARKER}"`);
  });

  it("keeps what arrived, for the test's eyes", async () => {
    await ask({}, { messages: [] });
    expect(api?.requests).toEqual([
      expect.objectContaining({ method: "POST", host: "api.anthropic.com", authorization: "Bearer real", bytes: 15 }),
    ]);
  });

  it("mints certificates that its authority vouches for", () => {
    const authority = mintAuthority();
    const ca = new X509Certificate(authority.cert);
    const leaf = new X509Certificate(issueCertificate(authority, ["api.anthropic.com", "b.example"]).cert);
    expect(ca.ca).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.checkHost("b.example")).toBe("b.example");
    expect(leaf.checkHost("c.example")).toBeUndefined();
  });

  it("becomes a container as plain data", () => {
    const authority = mintAuthority();
    const container = modelApiContainer({ image: "tag", name: "stand-in", network: "net", authority, steps: ["id"] });
    expect(container.create).toMatchObject({
      Image: "tag",
      HostConfig: { NetworkMode: "net", LogConfig: { Type: "none" } },
      NetworkingConfig: {
        EndpointsConfig: { net: { Aliases: ["api.anthropic.com", "api.openai.com", "chatgpt.com"] } },
      },
    });
    expect(parseRequests('{"method":"GET"}\n\n')).toEqual([{ method: "GET" }]);
  });
});
