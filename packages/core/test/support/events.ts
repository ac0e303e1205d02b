import type { ReportEvent, Reporter } from "../../src/events/reporter.ts";

/** A reporter that remembers. */
export interface Recorder extends Reporter {
  readonly events: readonly ReportEvent[];
  readonly warnings: readonly string[];
  readonly steps: readonly string[];
}

export function recorder(): Recorder {
  const events: ReportEvent[] = [];
  return {
    events,
    get warnings() {
      return events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
    },
    get steps() {
      return events.flatMap((event) => (event.type === "step" ? [event.step] : []));
    },
    report: (event) => {
      events.push(event);
    },
  };
}

/** Waits until something holds, for half a second at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 500 && !holds(); waited += 2) await new Promise((resolve) => setTimeout(resolve, 2));
  if (!holds()) throw new Error(`still not: ${holds.toString()}`);
}
