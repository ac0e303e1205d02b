#!/usr/bin/env node
import { topHelp } from "./top-help.ts";

// Help and version are answered before anything else is loaded.
const answer = topHelp(process.argv.slice(2), process.stdout.columns);
if (answer === undefined) {
  const { runProcess } = await import("./process.ts");
  await runProcess();
} else {
  // A reader that goes away, e.g. `| head`, is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  process.stdout.write(answer);
}
