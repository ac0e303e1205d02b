#!/usr/bin/env node
import { watchOutputs } from "./output-errors.ts";
import { topHelp } from "./top-help.ts";

// Help and version are answered before anything else is loaded.
const answer = topHelp(process.argv.slice(2), process.stdout.columns);
if (answer === undefined) {
  const { runProcess } = await import("./process.ts");
  await runProcess();
} else {
  const isAnswerCut = watchOutputs(process.stdout, process.stderr);
  process.stdout.write(answer, () => {
    process.exitCode = isAnswerCut() ? 1 : 0;
  });
}
