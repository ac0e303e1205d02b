/** `npm run demo`: shows the product on this machine, from a fresh clone. */
import "./ensure-node.mjs";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureBaseImage } from "./ensure-base-image.mjs";
import { ensureEngine } from "./ensure-engine.mjs";
import { finish } from "./finish.mjs";
import { install } from "./install.mjs";
import { root } from "./root.mjs";
import { scriptStage, stage } from "./stage.mjs";
import { Stop } from "./stop.mjs";

await finish(async () => {
  const main = join(root, "tooling", "demo", "main.mjs");
  if (!existsSync(main)) throw new Stop(`There is no demo to run: ${main} is missing.`);
  await install();
  await scriptStage("build");
  await stage("engine", async () => ensureBaseImage(await ensureEngine()));
  // In our own process group, so that the terminal's keys reach it.
  const { status, signal } = spawnSync(process.execPath, [main], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Stop(`The demo ended with ${signal ?? `exit code ${status}`}.`);
});
