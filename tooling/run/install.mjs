import { ensurePnpm } from "./ensure-pnpm.mjs";
import { root } from "./root.mjs";
import { runCommand } from "./run-command.mjs";
import { stage } from "./stage.mjs";

/** Gets pnpm and installs exactly what the lock file says. */
export async function install() {
  await stage("install", async () => {
    await ensurePnpm();
    // A node_modules folder that another pnpm made is made anew without a question.
    const argv = ["pnpm", "install", "--frozen-lockfile", "--config.confirmModulesPurge=false"];
    await runCommand(argv, { cwd: root, timeoutMs: 600_000, stdout: "stderr" });
  });
}
