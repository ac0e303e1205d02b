/** `npm test`: everything, from a fresh clone; the last line on stdout is `N passed, N failed, N skipped`. */
import "./ensure-node.mjs";
import { runChecks } from "./checks.mjs";
import { collectCounts } from "./counts.mjs";
import { ensureBaseImage } from "./ensure-base-image.mjs";
import { ensureEngine } from "./ensure-engine.mjs";
import { ensureTestPrograms } from "./ensure-test-programs.mjs";
import { finish } from "./finish.mjs";
import { install } from "./install.mjs";
import { scriptStage, stage } from "./stage.mjs";

const counts = collectCounts();
await finish(async () => {
  await install();
  await stage("programs", ensureTestPrograms);
  // What is missing fails instead of being skipped.
  const required = { BB_REQUIRE_PROGRAMS: "1", BB_REQUIRE_DOCKER: "1", BB_REQUIRE_CLAUDE: "1", BB_REQUIRE_CODEX: "1" };
  const env = { ...counts.env, ...required };
  await runChecks(env);
  await stage("engine", async () => ensureBaseImage(await ensureEngine()));
  await scriptStage("test:integration", { env, timeoutMs: 1_800_000 });
});
counts.print();
