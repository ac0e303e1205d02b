import type { Reporter } from "@bot-bottle/core";

/** Reports one part of a launch, and the time that it took. */
export async function reportStep<T>(
  reporter: Reporter,
  step: string,
  title: string,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  reporter.report({ type: "step", step, title });
  const result = await work();
  reporter.report({ type: "step-done", step, durationMs: Math.round(performance.now() - begun) });
  return result;
}
