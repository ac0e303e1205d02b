import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LoggedRequest } from "../../../../tooling/model-api/index.mjs";
import { CODEX_VERSION } from "../../src/version.ts";
import type { CredentialKind } from "./session.ts";

const FILE = join(import.meta.dirname, "..", "fixtures", "trace.json");
const PROGRAM = `@openai/codex ${CODEX_VERSION}`;

export type TraceKey = `${"headless" | "interactive" | "hostile repository" | "without switches"} ${CredentialKind}`;

interface TraceFile {
  readonly program: string;
  readonly sessions: Readonly<Record<TraceKey, readonly string[]>>;
}

async function readFixture(): Promise<TraceFile> {
  return JSON.parse(await readFile(FILE, "utf8")) as TraceFile;
}

/** Each kind of request once, sorted: `METHOD host/path`; a request for a WebSocket is an `UPGRADE`. */
export function summarise(requests: readonly LoggedRequest[]): readonly string[] {
  const lines = requests.map(({ method, host, url, upgrade }) => {
    const { pathname } = new URL(url, "https://stand-in");
    return `${upgrade === undefined ? method : "UPGRADE"} ${host}${pathname}`;
  });
  return [...new Set(lines)].sort();
}

/** The committed trace, which is of the version that the image pins. */
export async function readTrace(): Promise<TraceFile["sessions"]> {
  const { program, sessions } = await readFixture();
  if (program !== PROGRAM) {
    throw new Error("the trace is of another version; run the integration tests with BB_TEST_RECORD=1");
  }
  return sessions;
}

/** With `BB_TEST_RECORD=1`, adds to the committed trace what a session was seen to do; otherwise does nothing. */
export async function recordTrace(key: TraceKey, lines: readonly string[]): Promise<void> {
  if (process.env["BB_TEST_RECORD"] !== "1") return;
  const before = await readFixture();
  const same = before.program === PROGRAM ? before.sessions[key] : [];
  const sessions = { ...before.sessions, [key]: [...new Set([...same, ...lines])].sort() };
  await writeFile(FILE, `${JSON.stringify({ program: PROGRAM, sessions }, undefined, 2)}\n`);
}
