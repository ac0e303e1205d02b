import { dirname } from "node:path/posix";
import type { Bottle, TreeEntry } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { toError } from "../errors/to-error.ts";
import { redactForDisplay } from "../secret/redact.ts";
import { runStep } from "./run-step.ts";

function* entriesBelowHome(plan: BottlePlan): Generator<TreeEntry> {
  const { dirs, files } = plan.agentProvision;
  const relative = (path: string): string => path.slice(plan.guestHome.length + 1);
  const folders = new Set([...dirs, ...files.map(({ path }) => dirname(path))].filter((dir) => dir !== plan.guestHome));
  for (const dir of [...folders].sort()) yield { path: relative(dir), type: "directory", mode: 0o755 };
  for (const { path, content, mode } of files) yield { path: relative(path), type: "file", mode, content };
}

/** Applies the provider's declarative plan: folders and files first, then its commands in order. */
export async function provisionAgent(plan: BottlePlan, bottle: Bottle): Promise<void> {
  const { dirs, files, commands, guestEnv } = plan.agentProvision;
  if (dirs.length + files.length > 0) await bottle.copyIn(entriesBelowHome(plan), plan.guestHome);
  for (const { title, argv, optional } of commands) {
    try {
      await runStep(bottle, title, { argv, env: guestEnv });
    } catch (error) {
      if (!optional) throw error;
      const message = redactForDisplay(`${toError(error).message} To try it by hand: ${argv.join(" ")}`);
      bottle.reporter.report({ type: "warning", message });
    }
  }
}
