import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { type LoggedRequest, MARKER } from "../../../../tooling/model-api/index.mjs";
import { AUTH_KIND_NAMES, AUTH_KINDS, type AuthKind } from "../../src/auth-kinds.ts";
import { agentCommand } from "../../src/command.ts";
import { API_HOST } from "../../src/profile.ts";
import { listOf } from "../support/classify.ts";
import { installProgram } from "../support/program.ts";
import { type Keyboard, openSession, runOnTerminal, runPlain, type Session, traced } from "../support/session.ts";
import { readTrace, recordTrace, summarise, type TraceKey } from "../support/trace.ts";

const STEPS = ["echo first-step", "id -u", "echo third-step"];
/** What a repository may bring to make the program ask or obey. */
const REPOSITORY = {
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/config": "[core]\n\tfsmonitor = touch /tmp/obeyed\n",
  ".mcp.json": JSON.stringify({ mcpServers: { theirs: { command: "sleep", args: ["60"] } } }),
  ".claude/settings.json": JSON.stringify({
    hooks: { SessionStart: [{ hooks: [{ type: "command", command: "true" }] }] },
    env: { THEIRS: "1" },
  }),
  "CLAUDE.md": "@~/outside.md\n@/etc/hostname\n",
};

let programDir: string | undefined;
let whyNot = "";

beforeAll(async () => {
  try {
    programDir = await installProgram();
  } catch (error) {
    whyNot = String(error);
  }
}, 120_000);

/** The program's folder; without one the test is skipped by saying so, or fails where it is required. */
function program(): string | undefined {
  if (programDir === undefined) {
    if (process.env["BB_REQUIRE_CLAUDE"] === "1") throw new Error(`Claude Code cannot be installed: ${whyNot}`);
    process.stderr.write(`skipped: Claude Code cannot be installed here (${whyNot.split("\n")[0] ?? ""})\n`);
  }
  return programDir;
}

const shellCalls = (session: Session): number => session.conversations.length - 1;

async function talk(keyboard: Keyboard): Promise<void> {
  await keyboard.until("the prompt", (screen) => screen.includes("bypass"));
  await keyboard.type("go on\r");
  await keyboard.until("the answer", (screen) => screen.includes(MARKER));
}

/** A fresh trace against the profile and the committed one. */
async function checkTrace(key: TraceKey, requests: readonly LoggedRequest[]): Promise<void> {
  expect(requests.filter((request) => listOf(traced(request)) === undefined)).toEqual([]);
  await recordTrace(key, summarise(requests));
  const known = (await readTrace())[key];
  expect(summarise(requests).filter((line) => !known.includes(line))).toEqual([]);
}

function expectOnlyPlaceholders(session: Session, auth: AuthKind): void {
  const { placeholder } = AUTH_KINDS[auth];
  const sent = session.interceptor.requests.flatMap(({ authorization, apiKey }) => [authorization, apiKey]);
  const allowed = auth === "oauth" ? `Bearer ${placeholder}` : placeholder;
  expect([...new Set(sent.filter((value) => value !== undefined))]).toEqual([allowed]);
}

describe.each(AUTH_KIND_NAMES)("the real program with %s", (auth) => {
  it("runs three shell calls headless and speaks only to what the profile knows", async () => {
    const dir = program();
    if (dir === undefined) return;
    await using session = await openSession({ programDir: dir, auth, steps: STEPS });
    const promptFile = join(session.home, ".bot-bottle-prompt.txt");
    await writeFile(promptFile, "Answer like the harbour-master.\n");

    const turn = await runPlain(session, agentCommand({ kind: "headless", prompt: "--do it" }, promptFile));

    expect(turn).toMatchObject({ exitCode: 0, output: `${MARKER}\nthird-step\n` });
    expect(shellCalls(session)).toBe(3);
    expect(session.conversations[0]).toContain("Answer like the harbour-master.");
    expect(session.conversations[0]).toContain("--do it");
    expectOnlyPlaceholders(session, auth);
    process.stderr.write(`headless, ${auth}, 3 shell calls: ${Math.round(turn.durationMs)} ms\n`);
    await checkTrace(`headless ${auth}`, session.interceptor.requests);
  });

  it("shows no dialog on a terminal, whatever the repository brings", async () => {
    const dir = program();
    if (dir === undefined) return;
    await using session = await openSession({ programDir: dir, auth, steps: STEPS, repository: REPOSITORY });
    await writeFile(join(session.home, "outside.md"), "outside\n");
    const promptFile = join(session.home, ".bot-bottle-prompt.txt");
    await writeFile(promptFile, "Answer like the harbour-master.\n");

    const result = await runOnTerminal(session, agentCommand({ kind: "interactive" }, promptFile), async (keyboard) => {
      await talk(keyboard);
      await keyboard.type("/exit\r");
    });

    expect(result.exitCode).toBe(0);
    expect(shellCalls(session)).toBe(3);
    expect(session.conversations[0]).toContain("Answer like the harbour-master.");
    expectOnlyPlaceholders(session, auth);
    await checkTrace(`interactive ${auth}`, session.interceptor.requests);
  });

  it("resumes a conversation, and begins one where there is none", async () => {
    const dir = program();
    if (dir === undefined) return;
    await using session = await openSession({ programDir: dir, auth, steps: [] });
    const resume = agentCommand({ kind: "resume" }, undefined);
    const say = async (text: string): Promise<void> => {
      const before = session.conversations.length;
      const result = await runOnTerminal(session, resume, async (keyboard) => {
        await keyboard.until("the prompt", (screen) => screen.includes("bypass"));
        await keyboard.type(`${text}\r`);
        await keyboard.until("the request", () => session.conversations.length > before);
        await keyboard.until("the answer", (screen) => screen.includes(MARKER));
        await keyboard.type("/exit\r");
      });
      expect(result.exitCode).toBe(0);
    };

    await say("the first thing");
    await say("the second thing");

    expect(session.conversations.at(-1)).toContain("the first thing");
    expect(session.conversations.at(-1)).toContain("the second thing");
  });
});

describe("the program's own web tool", () => {
  it("fetches a page without telling Anthropic which", async () => {
    const dir = program();
    if (dir === undefined) return;
    const fetchPage = {
      tool: "WebFetch",
      input: { url: "https://docs.example.com/page", prompt: "What does it say?" },
    };
    const pages = { "GET docs.example.com/page": { body: "the tide is at noon" } };
    await using session = await openSession({ programDir: dir, auth: "oauth", steps: [fetchPage], pages });

    const turn = await runPlain(session, agentCommand({ kind: "headless", prompt: "read it" }, undefined));

    expect(turn.exitCode).toBe(0);
    expect(session.conversations.some((body) => body.includes("the tide is at noon"))).toBe(true);
    const paths = session.interceptor.requests.map((request) => traced(request).path);
    expect(paths).not.toContain("/api/web/domain_info");
  });
});

describe("the program's switches", () => {
  it.each(AUTH_KIND_NAMES)("without them the profile still knows every request to the API's host, %s", async (auth) => {
    const dir = program();
    if (dir === undefined) return;
    await using session = await openSession({ programDir: dir, auth, steps: STEPS, switches: false });
    await runOnTerminal(session, agentCommand({ kind: "interactive" }, undefined), async (keyboard) => {
      await talk(keyboard);
      await keyboard.type("/exit\r");
    });
    const toApi = session.interceptor.requests.filter(({ host }) => host === API_HOST);
    await checkTrace(`without switches ${auth}`, toApi);
  });
});
