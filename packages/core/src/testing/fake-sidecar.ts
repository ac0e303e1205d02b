import { Duplex, PassThrough } from "node:stream";
import { type ControlMethods } from "../sidecar/control-protocol.ts";

type Results = { [M in keyof ControlMethods]?: ControlMethods[M]["result"] };

const HEAD = { count: 0, hash: "0".repeat(64) };
const RESULTS: Results = {
  configure: { endpoints: { egress: "http://egress:9099", dns: "192.0.2.2" } },
  "events.subscribe": { lines: [], head: HEAD, dropped: 0 },
  "audit.read": { lines: [], head: HEAD, dropped: 0 },
  "audit.end": { lines: [], head: HEAD, dropped: 0 },
};

/** The far end of a control channel that agrees to everything and does nothing. */
export function fakeSidecar(): Duplex {
  const answers = new PassThrough();
  let pending = "";
  const requests = new PassThrough();
  requests.setEncoding("utf8").on("data", (text: string) => {
    const lines = (pending + text).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines.filter((part) => part !== "")) {
      const { id, method } = JSON.parse(line) as { id: number; method: keyof ControlMethods };
      answers.write(`${JSON.stringify({ jsonrpc: "2.0", id, result: RESULTS[method] ?? {} })}\n`);
    }
  });
  requests.on("end", () => answers.end());
  return Duplex.from({ readable: answers, writable: requests });
}
