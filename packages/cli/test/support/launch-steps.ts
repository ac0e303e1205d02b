import type { CliProcess } from "./cli-process.ts";
import type { EngineGate, EngineRequest, Hold } from "./engine-gate.ts";

type Matcher = (seen: EngineRequest) => boolean;

const is =
  (method: string, path: RegExp): Matcher =>
  (seen) =>
    seen.method === method && path.test(seen.path);
const createNetwork = is("POST", /^\/networks\/create$/);
const startContainer = is("POST", /^\/containers\/[^/]+\/start$/);
const createExec = is("POST", /^\/containers\/[^/]+\/exec$/);
export const removeContainer = is("DELETE", /^\/containers\//);

/** Prints `ready` and works on until it is ended. */
export const WORK_ON = "echo ready; sleep 600";

/** A point of a launch, or of its end, at which a start can be held up. */
export interface LaunchStep {
  readonly title: string;
  /** bottle of the image that takes long to build */
  readonly isSlow?: boolean;
  /** prompt of the agent; default works on */
  readonly prompt?: string;
  /**
   * Called before the command starts.
   * @returns what waits until the command is there, and then gives what lets it go on
   */
  readonly reach: (gate: EngineGate) => (cli: CliProcess) => Promise<() => void>;
}

const heldAt =
  (moment: Hold["moment"], matches: Matcher, count = 1): LaunchStep["reach"] =>
  (gate) => {
    const hold = gate.hold(moment, matches);
    return async () => {
      await hold.reached(count);
      return () => {
        hold.release();
      };
    };
  };

/** Holds requests of a kind from the moment on at which the command has printed something. */
const heldAfter =
  (words: RegExp, matches: Matcher): LaunchStep["reach"] =>
  (gate) => {
    let stderr = (): string => "";
    const hold = gate.hold("request", (seen) => matches(seen) && words.test(stderr()));
    return async (cli) => {
      stderr = () => cli.stderr;
      await hold.reached();
      return () => {
        hold.release();
      };
    };
  };

const printed =
  (words: RegExp): LaunchStep["reach"] =>
  () =>
  async (cli) => {
    await cli.prints(words);
    return () => undefined;
  };

/** In their order. */
export const LAUNCH_STEPS = {
  beforeNetwork: { title: "before the network", reach: heldAt("request", createNetwork) },
  afterNetwork: { title: "after the network", reach: heldAt("answer", createNetwork, 2) },
  build: { title: "while an image is built", isSlow: true, reach: printed(/Step \d+\/\d+ : RUN sleep 600/) },
  containers: { title: "with the containers made", reach: heldAt("request", startContainer) },
  afterSidecar: { title: "after the sidecar", reach: heldAt("request", createExec) },
  provisioning: { title: "during provisioning", reach: heldAfter(/Installing the bottle's certificate/, createExec) },
  agent: { title: "while the agent works", reach: printed(/^ready$/m) },
  removing: { title: "while the bottle is removed", prompt: "true", reach: heldAt("request", removeContainer) },
  removed: {
    title: "while the bottle is removed, its containers gone",
    prompt: "true",
    reach: heldAt("answer", removeContainer, 2),
  },
} as const satisfies Record<string, LaunchStep>;
