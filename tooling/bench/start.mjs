/**
 * `pnpm bench start`: launch, teardown and command line against their baselines, interleaved in one run.
 * Needs a build, an engine with the base image, and the docker command for the bare `docker run`.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { finish } from "../run/finish.mjs";
import { root } from "../run/root.mjs";
import { connectEngine, IMAGE, makeInternalNetwork, teardownBaseline } from "./baselines.mjs";
import { median, ratioLine, timed } from "./statistics.mjs";

const ROUNDS = Number(process.env.BB_BENCH_ROUNDS ?? 9);
const run = promisify(execFile);
const bin = join(root, "packages/cli/dist/bin.js");
const child = join(import.meta.dirname, "launch-child.mjs");

async function launch() {
  const { stdout } = await run(process.execPath, [child], { maxBuffer: 1 << 20 });
  return JSON.parse(stdout);
}

async function benchLaunch() {
  const docker = await connectEngine();
  const network = await makeInternalNetwork(docker);
  const bare = () => run("docker", ["run", "--rm", "--network", network.id, IMAGE, "true"]);
  const results = { start: [], teardown: [], bare: [], removal: [], rss: [], steps: [] };
  try {
    await bare();
    await launch(); // images are made here
    for (let round = 0; round < ROUNDS; round++) {
      results.bare.push(await timed(bare));
      const { startMs, teardownMs, rssBytes, steps } = await launch();
      results.start.push(startMs);
      results.teardown.push(teardownMs);
      results.rss.push(rssBytes / 1e6);
      results.steps.push(steps);
      results.removal.push(await teardownBaseline(docker));
    }
  } finally {
    await network.remove();
  }
  console.log(ratioLine("warm start to first exec / docker run", results.start, results.bare, 2.5));
  console.log(ratioLine("teardown / removal by API", results.teardown, results.removal, 1.5));
  console.log(`${"sidecar resident at idle".padEnd(34)} ${median(results.rss).toFixed(1).padStart(6)} MB  (bound 80)`);
  for (const name of Object.keys(results.steps[0])) {
    console.log(
      `  ${name.padEnd(32)} ${median(results.steps.map((steps) => steps[name]))
        .toFixed(0)
        .padStart(6)} ms`,
    );
  }
}

async function benchCommandLine() {
  const home = mkdtempSync(join(tmpdir(), "bot-bottle-bench-"));
  const env = { ...process.env, BOT_BOTTLE_HOME: home, CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-bench" };
  const node = (...argv) => timed(() => run(process.execPath, argv, { env }));
  spawnSync(process.execPath, [bin, "init"], { env });
  const times = { bare: [], help: [], dryRun: [] };
  try {
    for (let round = 0; round < ROUNDS * 2; round++) {
      times.bare.push(await node("-e", "0"));
      times.help.push(await node(bin, "--help"));
      times.dryRun.push(await node(bin, "start", "dev", "--dry-run"));
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  console.log(ratioLine("bot-bottle --help / node -e 0", times.help, times.bare, 1.6));
  console.log(ratioLine("start --dry-run / node -e 0", times.dryRun, times.bare, 3));
}

await finish(async () => {
  await benchCommandLine();
  await benchLaunch();
});
