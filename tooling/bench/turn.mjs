/**
 * `pnpm bench turn`: a headless turn of each real agent program, three shell calls long, in a bottle and behind the
 * least that intercepts TLS, interleaved in one run. Needs a build, an engine with the base image, and its command.
 */
import { MARKER } from "../model-api/index.mjs";
import { finish } from "../run/finish.mjs";
import { Stop } from "../run/stop.mjs";
import { ratioLine, timed } from "./statistics.mjs";
import { startBaseline } from "./turn/baseline.mjs";
import { launchBottle } from "./turn/bottle.mjs";
import { docker } from "./turn/docker.mjs";
import { PROGRAMS } from "./turn/programs.mjs";
import { startStandIn } from "./turn/stand-in.mjs";

const ROUNDS = Number(process.env.BB_BENCH_ROUNDS ?? 9);
const BOUND = 1.15;
const STEPS = ["ls -la", "echo the tide is at noon | tee tide.txt", "wc -c tide.txt"];
const LAST = "20 tide.txt";
const PROMPT = "When is the tide?";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop.abort(new Stop("Interrupted.")));

/** Runs `work` and then what it deferred, newest first, all of it whatever fails. */
async function withUndo(work) {
  const actions = [];
  try {
    await work((action) => actions.push(action));
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    for (const action of actions.reverse()) {
      try {
        await action();
      } catch (error) {
        console.error(`Not removed: ${error.message}`);
        process.exitCode = 1;
      }
    }
  }
}

/** One turn as the product runs it. @returns milliseconds */
async function turn(container, { user, cwd, env, argv }) {
  const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const exec = ["exec", "--user", user, "--workdir", cwd, ...variables, container, ...argv];
  let output;
  const ms = await timed(async () => (output = await docker(exec, { signal: stop.signal })));
  const text = output.toString();
  if (!text.includes(MARKER) || !text.includes(LAST)) throw new Error(`the turn did not come to its end: ${text}`);
  return ms;
}

async function benchProgram(program, standIn, defer) {
  const bottle = await launchBottle(program, standIn, { defer, signal: stop.signal, prompt: PROMPT });
  const baseline = await startBaseline(defer, bottle, standIn);
  const sides = [
    { container: bottle.container, times: [] },
    { container: baseline, times: [] },
  ];
  for (let round = 0; round <= ROUNDS; round++) {
    // Which one is first alternates.
    for (const { container, times } of round % 2 === 0 ? sides : sides.toReversed()) {
      stop.signal.throwIfAborted();
      const ms = await turn(container, bottle);
      if (round > 0) times.push(ms); // the first one warms up
    }
  }
  const [ours, bare] = sides.map(({ times }) => times);
  console.log(ratioLine(`${program.title}: turn / bare interceptor`, ours, bare, BOUND));
}

await finish(async () => {
  for (const program of PROGRAMS) {
    await withUndo(async (defer) => {
      await benchProgram(program, await startStandIn(defer, STEPS), defer);
    });
  }
});
