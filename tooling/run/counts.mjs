import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Sums the counts of several jest runs, which tooling/jest/counts-reporter.mjs appends to one file. */
export function collectCounts() {
  const folder = mkdtempSync(join(tmpdir(), "bot-bottle-counts-"));
  const file = join(folder, "counts.jsonl");
  return {
    /** what the jest runs need in their environment */
    env: { BB_TEST_COUNTS_FILE: file },
    /** Prints the one line that ends the run, and removes the file. */
    print() {
      const total = { passed: 0, failed: 0, skipped: 0 };
      const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      for (const counts of lines.map((line) => JSON.parse(line))) {
        for (const key of Object.keys(total)) total[key] += counts[key];
      }
      rmSync(folder, { recursive: true });
      process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
    },
  };
}
