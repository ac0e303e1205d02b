import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LoggedRequest } from "../../../../tooling/model-api/index.mjs";
import type { AuthKind } from "../../src/auth-kinds.ts";
import { CLAUDE_CODE_VERSION } from "../../src/version.ts";

const FILE = join(import.meta.dirname, "..", "fixtures", "trace.json");

export type TraceKey = `${"headless" | "interactive" | "without switches"} ${AuthKind}`;

interface TraceFile {
  readonly program: string;
  readonly sessions: Readonly<Record<TraceKey, readonly string[]>>;
}

async function readFixture(): Promise<TraceFile> {
  return JSON.parse(await readFile(FILE, "utf8")) as TraceFile;
}

/** Ids in a path become `:id`, so that a trace names endpoints and nobody. */
function withoutIds(path: string): string {
  return path
    .split("/")
    .map((segment) => (/^sdk-[A-Za-z0-9]+$|^[0-9a-f-]{32,}$/.test(segment) ? ":id" : segment))
    .join("/");
}

/** Each kind of request once, sorted: `METHOD host/path`. */
export function summarise(requests: readonly LoggedRequest[]): readonly string[] {
  const lines = requests.map(({ method, host, url }) => {
    const { pathname } = new URL(url, "https://stand-in");
    return `${method} ${host}${withoutIds(pathname)}`;
  });
  return [...new Set(lines)].sort();
}

/** The committed trace, which is of the version that the image pins. */
export async function readTrace(): Promise<TraceFile["sessions"]> {
  const { program, sessions } = await readFixture();
  if (program !== `@anthropic-ai/claude-code ${CLAUDE_CODE_VERSION}`) {
    throw new Error("the trace is of another version; run the integration tests with BB_TEST_RECORD=1");
  }
  return sessions;
}

/** With `BB_TEST_RECORD=1`, adds to the committed trace what a session was seen to do; otherwise does nothing. */
export async function recordTrace(key: TraceKey, lines: readonly string[]): Promise<void> {
  if (process.env["BB_TEST_RECORD"] !== "1") return;
  const before = await readFixture();
  const program = `@anthropic-ai/claude-code ${CLAUDE_CODE_VERSION}`;
  const same = before.program === program ? before.sessions[key] : [];
  const sessions = { ...before.sessions, [key]: [...new Set([...same, ...lines])].sort() };
  await writeFile(FILE, `${JSON.stringify({ program, sessions }, undefined, 2)}\n`);
}
