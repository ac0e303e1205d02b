import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { log } from "./log.mjs";
import { root } from "./root.mjs";
import { runCommand } from "./run-command.mjs";

/** Puts the pinned pnpm on PATH: the one that is there when it is exactly that version, else one in our own cache. */
export async function ensurePnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = packageManager.replace("pnpm@", "");
  if (versionOnPath() === version) return;

  const prefix = join(root, "node_modules", ".cache", `pnpm-${version}`);
  const bin = join(prefix, "node_modules", ".bin");
  if (!existsSync(join(bin, "pnpm"))) {
    log(`getting pnpm ${version} (npm, no corepack)`);
    // --prefix alone would let npm climb to the workspace's own package.json.
    await runCommand(["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", prefix, packageManager], {
      cwd: tmpdir(),
      timeoutMs: 120_000,
      stdout: "stderr",
    });
  }
  process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
}

/** Asked outside the workspace: inside, pnpm answers with the version that `packageManager` names. */
function versionOnPath() {
  const run = spawnSync("pnpm", ["--version"], { cwd: tmpdir(), encoding: "utf8", timeout: 10_000 });
  return run.stdout?.trim();
}
