import { describe, expect, it } from "@jest/globals";
import { runMain } from "../../src/main.ts";
import { testContext } from "./support/context.ts";
import { sink, source } from "./support/streams.ts";

async function main(argv: readonly string[], { aborted = false } = {}) {
  using context = testContext();
  const [stdout, stderr] = [sink(), sink()];
  const signal = aborted ? AbortSignal.abort() : new AbortController().signal;
  const { env, cwd } = context;
  const exitCode = await runMain({ argv, env, cwd, stdin: source(), stdout, stderr, signal });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

describe("runMain", () => {
  it("prints the answer on stdout, as text or as one document", async () => {
    expect(await main(["list", "agents"])).toEqual({
      exitCode: 0,
      stdout: "No agents yet. Run: bot-bottle init\n",
      stderr: "",
    });
    expect(await main(["list", "agents", "--json"])).toEqual({
      exitCode: 0,
      stdout: '{\n  "agents": []\n}\n',
      stderr: "",
    });
  });

  it("prints a failure on stderr, and with --json as a document on stdout as well", async () => {
    const plain = await main(["info", "dev"]);
    expect(plain).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringMatching(/^BB_MANIFEST_NOT_FOUND /) });
    const { exitCode, stdout, stderr } = await main(["info", "dev", "--json"]);
    expect([exitCode, stderr]).toEqual([1, plain.stderr]);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "BB_MANIFEST_NOT_FOUND" } });
  });

  it("takes a --json behind -- for a word of the command in the bottle", async () => {
    expect(await main(["exec", "x", "--", "--json"])).toMatchObject({ stdout: "" });
  });

  it("suggests the command that was meant", async () => {
    const { exitCode, stderr } = await main(["strat"]);
    expect([exitCode, stderr]).toEqual([
      2,
      'BB_USAGE "strat" is not a command of bot-bottle.\n  Did you mean: bot-bottle start\n',
    ]);
    expect((await main(["wholly-unlike"])).stderr).toContain("--help");
  });

  it("answers completion, and nothing for what it does not know", async () => {
    expect(await main(["__complete", "backend"])).toEqual({ exitCode: 0, stdout: "docker\n", stderr: "" });
    expect(await main(["__complete", "nonsense"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("shows help and versions", async () => {
    expect((await main([])).stdout).toContain("Usage: bot-bottle <command>");
    expect((await main(["start", "--help"])).stdout).toContain("Usage: bot-bottle start");
    expect((await main(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
