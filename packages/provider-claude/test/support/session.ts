import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type FixedAnswer,
  type LoggedRequest,
  type RunningInterceptor,
  type ScriptStep,
  startInterceptor,
} from "../../../../tooling/model-api/index.mjs";
import { type AuthKind, AUTH_KINDS } from "../../src/auth-kinds.ts";
import { ClaudeProvider } from "../../src/claude-provider.ts";
import { GUEST_HOME } from "../../src/guest.ts";
import { listOf, type TracedRequest } from "./classify.ts";
import { makeInputs } from "./inputs.ts";
import { agentIds } from "./program.ts";

const TURN_TIMEOUT_MS = 60_000;

export interface SessionOptions {
  /** folder of the `claude` command */
  readonly programDir: string;
  readonly auth: AuthKind;
  readonly steps: readonly ScriptStep[];
  /** false leaves the provider's switches out, to see what they switch off */
  readonly switches?: boolean;
  /** answers of hosts that the agent may reach, by `METHOD host/path` */
  readonly pages?: Readonly<Record<string, FixedAnswer>>;
  /** prepares the workspace before the program starts; files are given to the agent user */
  readonly repository?: Readonly<Record<string, string>>;
}

/** The real program on this machine in a home of its own, with the provider's files, answered by the stand-in. */
export interface Session extends AsyncDisposable {
  readonly home: string;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly interceptor: RunningInterceptor;
  /** bodies of the requests to the Messages API */
  readonly conversations: readonly string[];
}

const pathOf = ({ url }: LoggedRequest): string => new URL(url, "https://stand-in").pathname;

export function traced(request: LoggedRequest): TracedRequest {
  return { host: request.host, method: request.method, path: pathOf(request) };
}

/** Answers as the sidecar would: needed ones go to the model API, quiet ones get 404, everything else 403. */
function decide(request: LoggedRequest): FixedAnswer | undefined {
  const list = listOf(traced(request));
  if (list === "needed") return undefined;
  const headers = { "content-type": "application/json" };
  return {
    status: list === "quiet" ? 404 : 403,
    headers,
    body: JSON.stringify({ error: { code: `provider_${list ?? "unknown"}` } }),
  };
}

async function giveToAgent(path: string): Promise<void> {
  if (agentIds !== undefined) await chown(path, agentIds.uid, agentIds.gid);
}

async function writeAsAgent(path: string, content: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await giveToAgent(dirname(path));
  await writeFile(path, content, { mode });
  await giveToAgent(path);
}

/** Starts the stand-in and lays out the home as provisioning does; the program itself is not started. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { programDir, auth, steps, switches = true, pages = {}, repository = {} } = options;
  const { variable, prefix, placeholder } = AUTH_KINDS[auth];
  const conversations: string[] = [];
  const interceptor = await startInterceptor({
    steps,
    decide: (request, body) => {
      const path = pathOf(request);
      if (path === "/v1/messages") conversations.push(body.toString("utf8"));
      return pages[`${request.method} ${request.host}${path}`] ?? decide(request);
    },
  });
  const home = await mkdtemp(join(tmpdir(), "bot-bottle-claude-"));
  await chmod(home, 0o755);
  await giveToAgent(home);
  const workspace = join(home, "workspace");
  await mkdir(workspace);
  await giveToAgent(workspace);
  const plan = new ClaudeProvider().provisionPlan(
    makeInputs({ host: { [variable]: `${prefix}-real` }, workspacePath: workspace }),
  );
  for (const { path, content, mode } of plan.files) await writeAsAgent(path.replace(GUEST_HOME, home), content, mode);
  for (const [name, content] of Object.entries(repository)) await writeAsAgent(join(workspace, name), content, 0o644);
  const certificate = join(home, "ca.pem");
  await writeFile(certificate, interceptor.caCertificate);
  const proxy = interceptor.proxyUrl;
  return {
    home,
    workspace,
    interceptor,
    conversations,
    environment: {
      HOME: home,
      PATH: `${programDir}:${process.env["PATH"] ?? ""}`,
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      ...(switches ? plan.guestEnv : { [variable]: placeholder }),
      HTTPS_PROXY: proxy,
      HTTP_PROXY: proxy,
      https_proxy: proxy,
      http_proxy: proxy,
      NODE_EXTRA_CA_CERTS: certificate,
      SSL_CERT_FILE: certificate,
      CURL_CA_BUNDLE: certificate,
      GIT_SSL_CAINFO: certificate,
    },
    [Symbol.asyncDispose]: async () => {
      await interceptor.close();
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

function start(session: Session, argv: readonly string[], stdin: "ignore" | "pipe"): ChildProcess {
  const [file = "", ...args] = argv;
  return spawn(file, args, {
    cwd: session.workspace,
    env: session.environment,
    stdio: [stdin, "pipe", "pipe"],
    detached: true,
    ...agentIds,
  });
}

function endTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, "SIGKILL");
}

export interface Finished {
  readonly exitCode: number | null;
  readonly output: string;
  readonly durationMs: number;
}

async function finish(child: ChildProcess, drive?: (output: () => string) => Promise<void>): Promise<Finished> {
  const startedAt = performance.now();
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const closed = once(child, "close");
  const timer = setTimeout(() => {
    endTree(child);
  }, TURN_TIMEOUT_MS);
  try {
    await drive?.(() => output);
    await closed;
  } finally {
    clearTimeout(timer);
    endTree(child);
  }
  return { exitCode: child.exitCode, output, durationMs: performance.now() - startedAt };
}

/** Runs a command without a terminal to its end. */
export async function runPlain(session: Session, argv: readonly string[]): Promise<Finished> {
  return await finish(start(session, argv, "ignore"));
}

export interface Keyboard {
  type(text: string): Promise<void>;
  /** @param holds waited for, at most 20 s */
  until(what: string, holds: (screen: string) => boolean): Promise<void>;
}

const PTY_SCRIPT = 'stty rows 40 cols 120; exec "$@"';
const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs a command on a terminal of its own that answers no query, driven by `drive`. */
export async function runOnTerminal(
  session: Session,
  argv: readonly string[],
  drive: (keyboard: Keyboard) => Promise<void>,
): Promise<Finished> {
  const command = ["sh", "-c", PTY_SCRIPT, "sh", ...argv].map(shellQuote).join(" ");
  const child = start(session, ["script", "--quiet", "--return", "--command", command, "/dev/null"], "pipe");
  return await finish(child, async (output) => {
    await drive({
      type: async (text) => {
        // One write at a time, as a human's keys arrive: a line end inside a paste does not send.
        for (const part of text.split(/(\r)/)) {
          child.stdin?.write(part);
          await sleep(300);
        }
      },
      until: async (what, holds) => {
        for (let waited = 0; !holds(output()); waited += 50) {
          if (waited > 20_000) throw new Error(`${what} did not happen; the terminal shows:\n${output()}`);
          await sleep(50);
        }
      },
    });
  });
}
