import { execFile } from "node:child_process";
import { chmod, mkdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CODEX_VERSION } from "../../src/version.ts";

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 110_000;

/** The agent user where the tests run as root, because a bottle's agent is never root. */
export const agentIds: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : undefined;

/**
 * The real program at the version of the image, installed once for each user below the temporary folder, where another
 * user id can read it too. @returns the folder of its `codex` command
 */
export async function installProgram(): Promise<string> {
  const cache = join(tmpdir(), `bot-bottle-test-${process.getuid?.() ?? 0}`);
  await mkdir(cache, { recursive: true });
  if ((await stat(cache)).uid !== process.getuid?.()) throw new Error(`${cache} belongs to another user`);
  await chmod(cache, 0o755);
  const prefix = join(cache, `codex-${CODEX_VERSION}`);
  const bin = join(prefix, "bin");
  const version = async (): Promise<string> => (await run(join(bin, "codex"), ["--version"])).stdout.trim();
  const isReady = await version().then(
    (text) => text.endsWith(CODEX_VERSION),
    () => false,
  );
  if (isReady) return bin;
  const flags = ["--global", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
  const argv = ["install", ...flags, "--prefix", prefix, `@openai/codex@${CODEX_VERSION}`];
  await run("npm", argv, { timeout: INSTALL_TIMEOUT_MS });
  if (!(await version()).endsWith(CODEX_VERSION)) throw new Error(`no Codex ${CODEX_VERSION} in ${prefix}`);
  return bin;
}
