import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readStartInput } from "../../../src/start/input.ts";
import { commandInput, type ContextOptions, testContext } from "../support/context.ts";

interface Given {
  readonly switches?: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  readonly context?: ContextOptions;
}

async function read({ switches = [], values = {}, context: options = {} }: Given) {
  using context = testContext(options);
  return await readStartInput(context, commandInput({ switches: new Set(switches), values }));
}

describe("readStartInput", () => {
  it("takes nothing for an interactive start that asks", async () => {
    expect(await read({})).toMatchObject({ dryRun: false, json: false, yes: false, headlessPrompt: undefined });
  });

  it("reads the prompt from its text, a file or stdin; headless says yes", async () => {
    const headless = { switches: ["headless"] };
    expect(await read({ ...headless, values: { prompt: "go" } })).toMatchObject({ headlessPrompt: "go", yes: true });
    expect(await read({ ...headless, values: { prompt: "-" }, context: { stdin: "from stdin\n" } })).toMatchObject({
      headlessPrompt: "from stdin\n",
    });
    using context = testContext();
    const file = join(context.cwd, "prompt.md");
    writeFileSync(file, "from a file");
    expect(
      await readStartInput(context, commandInput({ switches: new Set(["headless"]), values: { "prompt-file": file } })),
    ).toMatchObject({ headlessPrompt: "from a file" });
  });

  it("does not read the prompt for a dry run", async () => {
    expect(await read({ switches: ["headless", "dry-run"], values: { prompt: "-" } })).toMatchObject({
      dryRun: true,
      headlessPrompt: undefined,
    });
  });

  it("--format json and --json mean the same", async () => {
    expect(await read({ switches: ["dry-run"], values: { format: "json" } })).toMatchObject({ json: true });
    expect(await read({ switches: ["dry-run"], context: { json: true } })).toMatchObject({ json: true });
    expect(await read({ switches: ["dry-run"], values: { format: "text" } })).toMatchObject({ json: false });
  });

  it.each<readonly [string, Given, RegExp]>([
    [
      "json without a dry run",
      { switches: ["headless"], values: { format: "json", prompt: "x" } },
      /race the question/,
    ],
    ["--json with a terminal", { context: { json: true } }, /--dry-run and --headless/],
    ["another format", { switches: ["dry-run"], values: { format: "xml" } }, /not "xml"/],
    ["two formats", { switches: ["dry-run"], values: { format: "text" }, context: { json: true } }, /both/],
    ["a prompt without --headless", { values: { prompt: "x" } }, /belong to --headless/],
    ["a prompt file without --headless", { values: { "prompt-file": "x" } }, /belong to --headless/],
    ["no prompt", { switches: ["headless"] }, /needs a prompt/],
    ["an empty prompt", { switches: ["headless"], values: { prompt: " \n" } }, /empty/],
    ["an empty stdin", { switches: ["headless"], values: { prompt: "-" } }, /empty/],
    ["two prompts", { switches: ["headless"], values: { prompt: "x", "prompt-file": "y" } }, /both/],
    ["a file that is not there", { switches: ["headless"], values: { "prompt-file": "/nowhere/x" } }, /ENOENT/],
  ])("refuses %s", async (_what, given, message) => {
    await expect(read(given)).rejects.toMatchObject({
      code: "BB_USAGE",
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  it("stops reading stdin when it is stopped", async () => {
    const controller = new AbortController();
    using context = testContext({ signal: controller.signal });
    const { PassThrough } = await import("node:stream");
    const stdin = new PassThrough();
    const reading = readStartInput(
      { ...context, ui: { ...context.ui, stdin } },
      commandInput({ switches: new Set(["headless"]), values: { prompt: "-" } }),
    );
    controller.abort();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    expect(stdin.destroyed).toBe(true);
  });
});
