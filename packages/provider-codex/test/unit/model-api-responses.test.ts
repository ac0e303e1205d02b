import { request } from "node:https";
import { afterEach, describe, expect, it } from "@jest/globals";
import {
  MARKER,
  type RunningModelApi,
  type ScriptOptions,
  startModelApi,
} from "../../../../tooling/model-api/index.mjs";

const RESPONSES = "POST chatgpt.com/backend-api/codex/responses";
const ACCOUNTS_CHECK = "GET chatgpt.com/backend-api/wham/accounts/check";

let api: RunningModelApi | undefined;
afterEach(async () => {
  await api?.close();
});

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** @param what `METHOD host/path` */
async function ask(options: ScriptOptions, what: string, body?: unknown, account?: string): Promise<Answer> {
  const [, method = "", host = "", path = ""] = /^(\S+) ([^/]+)(\/.*)$/.exec(what) ?? [];
  await api?.close();
  api = await startModelApi(options);
  const { port, caCertificate: ca } = api;
  const headers = { host, ...(account === undefined ? {} : { "chatgpt-account-id": account }) };
  return await new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, servername: host, ca, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString("utf8") });
      });
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The one item of a streamed answer. */
async function itemFor(options: ScriptOptions, body: unknown): Promise<unknown> {
  const { text } = await ask(options, RESPONSES, body);
  const line = text.split("\n").find((one) => one.startsWith('data: {"type":"response.output_item.done"'));
  return (JSON.parse(line?.slice("data: ".length) ?? "{}") as { item?: unknown }).item;
}

const saying = (text: string): unknown =>
  expect.objectContaining({ type: "message", content: [expect.objectContaining({ text })] });

const codeModeTools = {
  type: "additional_tools",
  tools: [
    { type: "namespace", name: "functions", tools: [{ type: "custom", name: "exec" }] },
    { type: "namespace", name: "clock", tools: [{ type: "function", name: "sleep" }] },
  ],
};
const codeResult = (outcome: string, text: string): unknown => ({
  type: "custom_tool_call_output",
  output: [
    { type: "input_text", text: `Script ${outcome}\nWall time 0.1 seconds\nOutput:\n` },
    { type: "input_text", text },
  ],
});

describe("a model with function tools", () => {
  it.each([
    ["exec_command", { cmd: "echo one", yield_time_ms: 30_000 }],
    ["shell", { command: ["bash", "-lc", "echo one"] }],
    ["shell_command", { command: "echo one" }],
  ])("calls %s, then ends with its result", async (name, input) => {
    const options = { steps: ["echo one"] };
    const tools = [{ name: "update_plan" }, { name }];
    expect(await itemFor(options, { tools, input: [] })).toMatchObject({
      type: "function_call",
      name,
      arguments: JSON.stringify(input),
    });
    const results = [{ type: "function_call_output", output: "one" }];
    expect(await itemFor(options, { tools, input: results })).toEqual(saying(`${MARKER}\none`));
  });

  it("ends at once where it has no shell tool", async () => {
    expect(await itemFor({ steps: ["echo one"] }, { input: [] })).toEqual(saying(MARKER));
  });
});

describe("a model that writes JavaScript", () => {
  const steps = ["echo 'one'", { tool: "write_stdin", input: { session_id: 1, chars: "y" } }];

  it("calls the program's tools from it, one for each result", async () => {
    expect(await itemFor({ steps }, { input: [codeModeTools] })).toMatchObject({
      type: "custom_tool_call",
      namespace: "functions",
      name: "exec",
      call_id: "call_0",
      input: expect.stringContaining(`await tools.exec_command({"cmd":"echo 'one'","yield_time_ms":30000});`),
    });
    const input = [codeModeTools, codeResult("completed", "one\n")];
    expect(await itemFor({ steps }, { input })).toMatchObject({
      call_id: "call_1",
      input: expect.stringContaining('await tools.write_stdin({"session_id":1,"chars":"y"});'),
    });
  });

  it("ends with what the tool said, or with why the JavaScript failed", async () => {
    const options = { steps: ["echo one"] };
    const completed = [codeModeTools, codeResult("completed", "one\ntwo\n")];
    expect(await itemFor(options, { input: completed })).toEqual(saying(`${MARKER}\none\ntwo`));
    const failed = [codeModeTools, codeResult("failed", "TypeError")];
    expect(await itemFor(options, { input: failed })).toEqual(
      saying(`${MARKER}\nScript failed\nWall time 0.1 seconds\nOutput:\nTypeError`),
    );
  });

  it("names the conversation outside the script, and without the marker", async () => {
    const body = { input: [codeModeTools], text: { format: { type: "json_schema", name: "codex_output_schema" } } };
    expect(await itemFor({ steps }, body)).toEqual(saying('{"title":"Stand-in"}'));
  });
});

describe("a ChatGPT login", () => {
  it("is told of the account that it names, at the host that it talks to", async () => {
    const { status, text } = await ask({}, ACCOUNTS_CHECK, undefined, "account-1");
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      accounts: [
        {
          id: "account-1",
          workspace_backend_origin: "https://chatgpt.com",
          account_routing_override: "NO_CONSTRAINT",
        },
      ],
      account_ordering: ["account-1"],
    });
    expect(api?.requests).toEqual([expect.objectContaining({ host: "chatgpt.com", account: "account-1" })]);
  });

  it("is told of no account when it names none", async () => {
    expect(await ask({}, ACCOUNTS_CHECK)).toMatchObject({ status: 404 });
  });

  it("can be told otherwise by the test", async () => {
    const answers = { [ACCOUNTS_CHECK]: { status: 403, body: "no" } };
    expect(await ask({ answers }, ACCOUNTS_CHECK)).toEqual({ status: 403, text: "no" });
  });

  it.each([
    ["GET chatgpt.com/backend-api/wham/config/bundle", "{}"],
    ["GET chatgpt.com/backend-api/codex/models", '{"models":[]}'],
  ])("is answered emptily on %s", async (what, text) => {
    expect(await ask({}, what)).toEqual({ status: 200, text });
    expect(await ask({}, what.replace("GET", "POST"))).toMatchObject({ status: 404 });
  });
});
