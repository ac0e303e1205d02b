import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BotBottleError, errorCode } from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { STARTER_AGENT, STARTER_BOTTLE } from "../init/starter.ts";

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function writeStarter(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw new BotBottleError("BB_HOME_UNUSABLE", `Cannot write "${path}" (${errorCode(error) ?? "error"}).`, {
      hint: "Check who owns the folder and whether the disk is full, or set BOT_BOTTLE_HOME.",
      cause: error,
    });
  }
}

/** Writes the starter files; an existing one is replaced only after a yes. */
export async function run({ home, ui }: CommandContext, input: CommandInput): Promise<CommandResult> {
  const files = [
    { path: join(home.bottles, "dev.md"), text: STARTER_BOTTLE },
    { path: join(home.agents, "dev.md"), text: STARTER_AGENT },
  ];
  const written: string[] = [];
  const kept: string[] = [];
  for (const { path, text } of files) {
    const replace =
      !(await exists(path)) || input.switches.has("yes") || (await ui.confirm(`Replace ${path}?`, "--yes"));
    if (replace) await writeStarter(path, text);
    (replace ? written : kept).push(path);
  }
  const lines = [...written.map((path) => `wrote ${path}`), ...kept.map((path) => `kept ${path}`)];
  return { text: `${[...lines, "", "Next: bot-bottle start dev --cwd"].join("\n")}\n`, json: { written, kept } };
}
