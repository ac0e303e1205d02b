#!/usr/bin/env node
import { topHelp } from "./top-help.ts";

// Help and version are answered before anything else is loaded.
const answer = topHelp(process.argv.slice(2));
if (answer === undefined) {
  const { runProcess } = await import("./process.ts");
  await runProcess();
} else {
  process.stdout.write(answer);
}
