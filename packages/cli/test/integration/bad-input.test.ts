import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Installation } from "../support/installation.ts";
import { expectRefused, GO, type Refusal } from "../support/refusal.ts";

let installation: Installation;

const refused = (argv: readonly string[], refusal: Refusal): Promise<void> =>
  expectRefused(installation, argv, refusal);

/** An agent in a bottle of the given text. @returns its name */
async function write(name: string, bottle: string, agent = ""): Promise<string> {
  await installation.write(name, "env: {}");
  await writeFile(join(installation.home, "bottles", `${name}.md`), bottle);
  if (agent !== "") await writeFile(join(installation.home, "agents", `${name}.md`), agent);
  return name;
}

const file = (name: string): string => `bottles/${name}\\.md`;

function aliasBomb(): string {
  const levels = Array.from(
    { length: 8 },
    (_, level) => `x${level + 1}: &x${level + 1} [${Array(9).fill(`*x${level}`).join(",")}]`,
  );
  return ["---", "x0: &x0 [a, a, a, a, a, a, a, a, a]", ...levels, "---", ""].join("\n");
}

describe("a manifest that cannot be used", () => {
  beforeAll(async () => {
    installation = await Installation.make({
      CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-${randomBytes(32).toString("hex")}`,
    });
    await write("dev", "---\nenv: {}\n---\n");
  });
  afterAll(() => installation.remove());

  it.each<readonly [string, string, Refusal]>([
    [
      "an unknown key",
      "---\negress:\n  routs: []\n---\n",
      {
        code: "BB_MANIFEST_INVALID",
        says: /bad\.md:3:3: unknown key "routs".*did you mean "routes"/,
        hint: /Edit the file/,
      },
    ],
    [
      "a wrong type",
      '---\nresources:\n  cpus: "many"\n---\n',
      { code: "BB_MANIFEST_INVALID", says: /bad\.md:3:9: "resources\.cpus" must be a number/, hint: /Edit/ },
    ],
    [
      "indentation by tabs",
      "---\negress:\n\troutes: []\n---\n",
      { code: "BB_MANIFEST_SYNTAX", says: /bad\.md:3:1: a tab/, hint: /Edit/ },
    ],
    ["an alias bomb", aliasBomb(), { code: "BB_MANIFEST_SYNTAX", says: /bad\.md:\d+:\d+: .*aliases/, hint: /Edit/ }],
    [
      "10 MB",
      `---\nenv:\n${"  LONG: value\n".repeat(800_000)}---\n`,
      { code: "BB_MANIFEST_TOO_LARGE", says: /bad\.md:1:1: .*1 MiB/, hint: /long texts/ },
    ],
    [
      "a variable that is not set",
      '---\nenv:\n  A: "${BB_TEST_NOWHERE}"\n---\n',
      { code: "BB_ENV_MISSING", says: /bad\.md:3:6: .*BB_TEST_NOWHERE/, hint: /export BB_TEST_NOWHERE/ },
    ],
    [
      "a token's variable that is not set",
      "---\nagent_provider:\n  auth_token: env:BB_TEST_NOWHERE\n---\n",
      { code: "BB_SECRET_UNAVAILABLE", says: /BB_TEST_NOWHERE/, hint: /export|Set/ },
    ],
    [
      "a key file that is not there",
      "---\nagent_provider:\n  auth_token: file:/nowhere/key\n---\n",
      { code: "BB_SECRET_UNAVAILABLE", says: /\/nowhere\/key.*ENOENT/, hint: /path/ },
    ],
  ])("%s: a code, a place and a hint, soon", async (_what, bottle, refusal) => {
    const name = await write("bad", bottle);
    const begun = performance.now();
    await refused(["start", name, ...GO], refusal);
    expect(performance.now() - begun).toBeLessThan(15_000);
    await refused(["start", name, "--dry-run"], refusal);
    // A broken file never blocks another.
    expect((await installation.run(["start", "dev", "--dry-run"])).exitCode).toBe(0);
  });

  it("names the skill that is missing, and the nearest names of what is unknown", async () => {
    await write("skilled", "---\nenv: {}\n---\n", "---\nbottle: skilled\nskills: [no-such-skill]\n---\n");
    await refused(["start", "skilled", ...GO], { code: "BB_SKILL_MISSING", says: /no-such-skill/, hint: /skills/ });
    await refused(["start", "skiled", ...GO], {
      code: "BB_MANIFEST_NOT_FOUND",
      says: /no agent "skiled".*"skilled"/,
      hint: /list agents/,
    });
    await refused(["start", "dev", "--bottle", "edv", ...GO], {
      code: "BB_MANIFEST_NOT_FOUND",
      says: /no bottle "edv".*"dev"/,
      hint: /list bottles/,
    });
    await refused(["start", "dev", "--backend", "dokcer", ...GO], {
      code: "BB_BACKEND_UNKNOWN",
      says: /dokcer/,
      hint: /"docker"/,
    });
    await refused(["strat", "dev"], { code: "BB_USAGE", exitCode: 2, says: /strat/, hint: /bot-bottle start/ });
  });

  it("prints the same as data with --json, and nothing else on stdout", async () => {
    const name = await write("bad", "---\negress:\n  routs: []\n---\n");
    const { exitCode, stdout } = await installation.run(["start", name, "--json", ...GO]);
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      1,
      { error: { code: "BB_MANIFEST_INVALID", message: expect.stringMatching(file("bad")), hint: expect.any(String) } },
    ]);
  });

  it.each<readonly [string, readonly string[], Refusal]>([
    ["no terminal", ["start", "dev"], { code: "BB_INPUT_REQUIRED", says: /terminal/, hint: /--headless --prompt/ }],
    [
      "attach without a terminal",
      ["attach", "dev-abcde"],
      { code: "BB_INPUT_REQUIRED", says: /terminal/, hint: /exec/ },
    ],
    [
      "--format json without --dry-run",
      ["start", "dev", "--format", "json", ...GO],
      { code: "BB_USAGE", says: /race the question/, hint: /--dry-run/ },
    ],
    [
      "another format",
      ["start", "dev", "--dry-run", "--format", "yaml"],
      { code: "BB_USAGE", says: /not "yaml"/, hint: /json/ },
    ],
    [
      "--prompt without --headless",
      ["start", "dev", "--prompt", "x"],
      { code: "BB_USAGE", says: /--headless/, hint: /--headless/ },
    ],
    [
      "--headless without a prompt",
      ["start", "dev", "--headless"],
      { code: "BB_USAGE", says: /prompt/, hint: /--prompt-file/ },
    ],
    [
      "an empty prompt",
      ["start", "dev", "--headless", "--prompt", " \n"],
      { code: "BB_USAGE", says: /empty/, hint: /what the agent/ },
    ],
    [
      "two prompts",
      ["start", "dev", "--headless", "--prompt", "x", "--prompt-file", "y"],
      { code: "BB_USAGE", says: /both/, hint: /one/ },
    ],
    [
      "a prompt file that is not there",
      ["start", "dev", "--headless", "--prompt-file", "y"],
      { code: "BB_USAGE", says: /"y".*ENOENT/, hint: /path/ },
    ],
    ["an unknown option", ["start", "dev", "--hedless"], { code: "BB_USAGE", says: /--hedless/, hint: /--headless/ }],
    [
      "an option without its value",
      ["start", "dev", "--bottle"],
      { code: "BB_USAGE", says: /--bottle needs a value/, hint: /--help/ },
    ],
    [
      "a value for a switch",
      ["start", "dev", "--dry-run=yes"],
      { code: "BB_USAGE", says: /--dry-run takes no value/, hint: /--help/ },
    ],
    ["one argument too many", ["start", "dev", "more"], { code: "BB_USAGE", says: /"more"/, hint: /--help/ }],
    ["words after --", ["start", "dev", "--", "ls"], { code: "BB_USAGE", says: /nothing after/, hint: /--help/ }],
    ["exec without a command", ["exec", "dev-abcde"], { code: "BB_USAGE", says: /command/, hint: /-- ls/ }],
    [
      "two ways of logs",
      ["logs", "dev-abcde", "--verify", "--follow"],
      { code: "BB_USAGE", says: /both/, hint: /one/ },
    ],
  ])("%s is a question of usage: exit code 2", async (_what, argv, refusal) => {
    // logs looks for the trail first.
    await mkdir(join(installation.home, "audit"), { recursive: true });
    await writeFile(join(installation.home, "audit", "dev-abcde.jsonl"), "");
    await refused(argv, { exitCode: 2, ...refusal });
  });
});
