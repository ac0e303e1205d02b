import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { run } from "../../../src/commands/why.ts";
import { commandInput, testContext } from "../support/context.ts";

const BOTTLE = "---\negress:\n  routes:\n    - host: registry.npmjs.org\n---\n";
const MESSAGES = "https://api.anthropic.com/v1/messages";

async function why(method: string, url: string, ...header: readonly string[]) {
  using context = testContext({ env: { CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-${"x".repeat(40)}` } });
  for (const [dir, text] of [
    ["bottles", BOTTLE],
    ["agents", "---\nbottle: dev\n---\n"],
  ] as const) {
    mkdirSync(join(context.home.root, dir), { recursive: true });
    writeFileSync(join(context.home.root, dir, "dev.md"), text);
  }
  return await run(context, commandInput({ arguments: { agent: "dev", method, url }, lists: { header } }));
}

describe("why", () => {
  it("says which credential is put on", async () => {
    const { exitCode, text } = await why("POST", MESSAGES);
    expect([exitCode, text]).toEqual([0, expect.stringContaining("puts the credential on: authorization Bearer.")]);
    expect((await why("GET", "https://registry.npmjs.org/x")).text).not.toContain("credential");
  });

  it("refuses another credential than the placeholder, as the proxy does", async () => {
    const { exitCode, text, json } = await why("POST", MESSAGES, "Authorization: Bearer sk-ant-oat01-other");
    expect([exitCode, text]).toEqual([1, expect.stringMatching(/^refused: .*another credential.*foreign_credential/)]);
    expect(text).toContain("placeholder");
    expect(text).not.toContain("sk-ant-oat01-other");
    expect(json).toMatchObject({ outcome: "refuse", code: "foreign_credential", status: 403 });
    expect((await why("POST", MESSAGES, "x-other: 1")).exitCode).toBe(0);
  });

  it("does not call hopeless what a better URL would get", async () => {
    const { text } = await why("GET", "http://registry.npmjs.org/");
    expect(text).toContain("Use https:// for this host.");
    expect(text).not.toContain("No line of a manifest");
    expect((await why("TRACE", "https://registry.npmjs.org/")).text).toContain("No line of a manifest allows this.");
  });
});
