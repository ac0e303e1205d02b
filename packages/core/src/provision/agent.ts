import { dirname } from "node:path/posix";
import type { Bottle, TreeEntry } from "../bottle/bottle.ts";
import type { GuestCommand } from "../bottle/plan-parts.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { toError } from "../errors/to-error.ts";
import { escapeForDisplay, redactForDisplay } from "../secret/redact.ts";
import { runStep } from "./run-step.ts";

/** Path from the agent's home on; everything else in the guest is the image's. */
function belowHome(path: string, { guestHome }: BottlePlan): string {
  if (path.startsWith(`${guestHome}/`)) return path.slice(guestHome.length + 1);
  throw new TypeError(`a provider writes "${path}", which is not below ${guestHome}`);
}

/** A folder and those above it, the outermost first. */
function withParents(dir: string): string[] {
  return dir === "." ? [] : [...withParents(dirname(dir)), dir];
}

function* entriesBelowHome(plan: BottlePlan): Generator<TreeEntry> {
  const { dirs, files } = plan.agentProvision;
  const entries = files.map(({ path, ...file }) => ({ ...file, path: belowHome(path, plan) }));
  const folders = [...dirs.map((dir) => belowHome(dir, plan)), ...entries.map(({ path }) => dirname(path))];
  for (const path of new Set(folders.flatMap(withParents))) yield { path, type: "directory", mode: 0o755 };
  for (const entry of entries) yield { ...entry, type: "file" };
}

/** A command line to read, and to type after a look at it. */
function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** @throws BotBottleError `BB_PROVISION`, unless the command is optional: then a warning shows it */
export async function runCommand(
  plan: BottlePlan,
  bottle: Bottle,
  { title, argv, optional }: GuestCommand,
): Promise<void> {
  try {
    await runStep(bottle, title, { argv, env: plan.agentProvision.guestEnv });
  } catch (error) {
    if (!optional) throw error;
    const reason = redactForDisplay(toError(error).message);
    const message = `${reason} To try it by hand: ${escapeForDisplay(commandLine(argv))}`;
    bottle.reporter.report({ type: "warning", message });
  }
}

/** Applies the provider's declarative plan: folders and files first, then its commands in order. */
export async function provisionAgent(plan: BottlePlan, bottle: Bottle): Promise<void> {
  const { dirs, files, commands } = plan.agentProvision;
  if (dirs.length + files.length > 0) await bottle.copyIn(entriesBelowHome(plan), plan.guestHome);
  for (const command of commands) await runCommand(plan, bottle, command);
}
