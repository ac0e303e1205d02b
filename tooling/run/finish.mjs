import { log } from "./log.mjs";
import { Stop } from "./stop.mjs";

/** Runs a whole program: an expected failure is its message and exit code 1, anything else is a mistake of ours. */
export async function finish(work) {
  try {
    await work();
  } catch (error) {
    log(error instanceof Stop ? error.message : error.stack);
    process.exitCode = 1;
  }
}
