export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One printed line: ours, the baseline, their ratio and the bound that it should keep. */
export function ratioLine(title, ours, baseline, bound) {
  const [a, b] = [median(ours), median(baseline)];
  const ratio = a / b;
  const verdict = ratio <= bound ? "within" : "PAST";
  return `${title.padEnd(34)} ${a.toFixed(0).padStart(6)} ms  baseline ${b.toFixed(0).padStart(6)} ms  ratio ${ratio.toFixed(2)}  (${verdict} ${bound})`;
}

/** @returns {number} milliseconds that `work` took */
export async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
