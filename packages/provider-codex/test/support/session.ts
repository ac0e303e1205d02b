import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { GuestFile } from "@bot-bottle/core";
import {
  type FixedAnswer,
  type LoggedRequest,
  type RunningInterceptor,
  type ScriptStep,
  startInterceptor,
} from "../../../../tooling/model-api/index.mjs";
import { authFile } from "../../src/auth-file.ts";
import { CodexProvider } from "../../src/codex-provider.ts";
import { GUEST_HOME } from "../../src/guest.ts";
import { listOf, type TracedRequest } from "./classify.ts";
import { makeInputs } from "./inputs.ts";
import { type LoginOptions, loginContent, loginOf } from "./login.ts";
import { agentIds } from "./program.ts";

const TURN_TIMEOUT_MS = 60_000;

export type CredentialKind = "api-key" | "login";

export interface SessionOptions {
  /** folder of the `codex` command */
  readonly programDir: string;
  readonly kind: CredentialKind;
  readonly steps: readonly ScriptStep[];
  /** the login of the machine; it may be one that no launch would take */
  readonly login?: LoginOptions;
  /** false leaves the provider's configuration out, to see what it switches off */
  readonly configuration?: boolean;
  /** prepares the workspace before the program starts; files are given to the agent user */
  readonly repository?: Readonly<Record<string, string>>;
}

/** The real program on this machine in a home of its own, with the provider's files, answered by the stand-in. */
export interface Session extends AsyncDisposable {
  readonly home: string;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly interceptor: RunningInterceptor;
  /** bodies of the requests to the Responses API, without those for a title */
  readonly conversations: readonly string[];
}

const pathOf = ({ url }: LoggedRequest): string => new URL(url, "https://stand-in").pathname;

export function traced(request: LoggedRequest): TracedRequest {
  const { host, method, account = "" } = request;
  return { host, method, path: pathOf(request), isUpgrade: request.upgrade !== undefined, account };
}

/** Answers as the sidecar would: what is needed goes to the model API, which answers a WebSocket with 426 as well. */
function decide(request: LoggedRequest, kind: CredentialKind): FixedAnswer | undefined {
  const list = listOf(traced(request), kind);
  if (list === "needed" || list === "websocket") return undefined;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ error: { code: `provider_${list ?? "unknown"}` } });
  return { status: list === "quiet" ? 404 : 403, headers, body };
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

/** What the provider lays into the bottle. @param home for the login of this machine, if there is to be one */
async function guestFiles(home: string, workspacePath: string, options: SessionOptions): Promise<readonly GuestFile[]> {
  const provider = new CodexProvider();
  if (options.kind === "api-key") {
    return provider.provisionPlan(makeInputs({ host: { OPENAI_API_KEY: "sk-proj-real" }, workspacePath })).files;
  }
  const userHome = join(home, "host");
  await mkdir(join(userHome, ".codex"), { recursive: true });
  const content = JSON.stringify(loginContent({ plan: options.login?.plan ?? "plus" }));
  await writeFile(join(userHome, ".codex/auth.json"), content, { mode: 0o600 });
  const inputs = makeInputs({ provider: { forwardHostCredentials: true }, userHome, workspacePath });
  const { files } = provider.provisionPlan(inputs);
  const auth = authFile({
    kind: "login",
    secret: { source: "host-login", name: provider.name },
    login: loginOf(options.login),
  });
  return files.map((file) => (file.path === auth.path ? auth : file));
}

/** Starts the stand-in and lays out the home as provisioning does; the program itself is not started. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { programDir, kind, steps, configuration = true, repository = {} } = options;
  const conversations: string[] = [];
  const interceptor = await startInterceptor({
    steps,
    decide: (request, bytes) => {
      const body = bytes.toString("utf8");
      const isConversation = request.method === "POST" && pathOf(request).endsWith("/responses");
      if (isConversation && !body.includes("codex_output_schema")) conversations.push(body);
      return decide(request, kind);
    },
  });
  const home = await mkdtemp(join(tmpdir(), "bot-bottle-codex-"));
  await chmod(home, 0o755);
  await giveToAgent(home);
  const workspace = join(home, "workspace");
  const temporary = join(home, "tmp");
  for (const folder of [workspace, temporary]) {
    await mkdir(folder);
    await giveToAgent(folder);
  }
  for (const { path, content, mode } of await guestFiles(home, workspace, options)) {
    const isLeftOut = !configuration && path.endsWith("config.toml");
    if (!isLeftOut) await writeAsAgent(path.replace(GUEST_HOME, home), content, mode);
  }
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
      TMPDIR: temporary,
      PATH: `${programDir}:${process.env["PATH"] ?? ""}`,
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      HTTPS_PROXY: proxy,
      HTTP_PROXY: proxy,
      https_proxy: proxy,
      http_proxy: proxy,
      NO_PROXY: "localhost,127.0.0.1",
      no_proxy: "localhost,127.0.0.1",
      SSL_CERT_FILE: certificate,
      CODEX_CA_CERTIFICATE: certificate,
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
  /** a terminal's screen, or the standard output */
  readonly output: string;
  readonly errors: string;
  readonly durationMs: number;
}

async function finish(child: ChildProcess, drive?: (output: () => string) => Promise<void>): Promise<Finished> {
  const startedAt = performance.now();
  let output = "";
  let errors = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
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
  return { exitCode: child.exitCode, output, errors, durationMs: performance.now() - startedAt };
}

/** Runs a command without a terminal to its end. Its standard input is empty: the program reads that to its end. */
export async function runPlain(session: Session, argv: readonly string[]): Promise<Finished> {
  return await finish(start(session, argv, "ignore"));
}

export interface Keyboard {
  type(text: string): Promise<void>;
  /** @param holds waited for, at most 20 s; it gets the text that was drawn so far */
  until(what: string, holds: (screen: string) => boolean): Promise<void>;
}

const PTY_SCRIPT = 'stty rows 40 cols 120; exec "$@"';
const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const ESCAPES = new RegExp(
  ["\\u001b\\[[0-9;?<>=!]*[ -/]*[@-~]", "\\u001b\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)", "\\u001b."].join("|"),
  "g",
);

/** What was drawn, without where and how, and without blanks: the program draws them, or jumps over them. */
export function drawn(output: string): string {
  return output.replaceAll(ESCAPES, "").replaceAll(/\s/g, "");
}

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
        for (const part of text.split(/(\r)/).filter((one) => one !== "")) {
          child.stdin?.write(part);
          await sleep(400);
        }
      },
      until: async (what, holds) => {
        for (let waited = 0; !holds(drawn(output())); waited += 50) {
          if (waited > 20_000) throw new Error(`${what} did not happen; the terminal shows:\n${drawn(output())}`);
          await sleep(50);
        }
      },
    });
  });
}
