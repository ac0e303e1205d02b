import { execFile } from "node:child_process";
import { chmod, mkdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CLAUDE_CODE_VERSION } from "../../src/version.ts";

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 110_000;

/** The agent user where the tests run as root: the program refuses its bypass flag to root. */
export const agentIds: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : undefined;

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}

/**
 * The real program at the version of the image, installed once for each user below the temporary folder, where another
 * user id can read it too. @returns the folder of its `claude` command
 */
export async function installProgram(): Promise<string> {
  const cache = join(tmpdir(), `bot-bottle-test-${process.getuid?.() ?? 0}`);
  await mkdir(cache, { recursive: true });
  if ((await stat(cache)).uid !== process.getuid?.()) throw new Error(`${cache} belongs to another user`);
  await chmod(cache, 0o755);
  const prefix = join(cache, `claude-code-${CLAUDE_CODE_VERSION}`);
  const ready = join(prefix, "lib", "node_modules", "@anthropic-ai", "claude-code");
  const isReady = await run(join(prefix, "bin", "claude"), ["--version"]).then(
    ({ stdout }) => stdout.startsWith(CLAUDE_CODE_VERSION),
    () => false,
  );
  if (!isReady) {
    const options = { timeout: INSTALL_TIMEOUT_MS };
    const flags = ["--global", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
    await run(
      "npm",
      ["install", ...flags, "--prefix", prefix, `@anthropic-ai/claude-code@${CLAUDE_CODE_VERSION}`],
      options,
    );
    await run(process.execPath, [join(ready, "install.cjs")], options);
  }
  if (!(await isFile(join(ready, "package.json")))) throw new Error(`no Claude Code in ${prefix}`);
  return join(prefix, "bin");
}
