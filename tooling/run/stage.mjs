import { log } from "./log.mjs";
import { root } from "./root.mjs";
import { runCommand } from "./run-command.mjs";

/**
 * One named step of a run: says its name when it begins and how long it took; throws when it fails.
 * @param {() => Promise<unknown>} work
 */
export async function stage(name, work) {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  log(`${name} ...`);
  try {
    await work();
  } catch (error) {
    log(`${name} FAILED after ${seconds()}`);
    throw error;
  }
  log(`${name} ok, ${seconds()}`);
}

/** A stage that is a script of the workspace's package.json. */
export async function scriptStage(script, { env, timeoutMs = 600_000 } = {}) {
  await stage(script, () => runCommand(["pnpm", "run", "--silent", script], { cwd: root, env, timeoutMs }));
}
