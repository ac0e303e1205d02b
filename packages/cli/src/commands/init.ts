import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { homeError, writeWhole } from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { STARTER_AGENT, STARTER_BOTTLE } from "../init/starter.ts";

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function writeStarter(path: string, text: string): Promise<void> {
  const dir = dirname(path);
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw homeError(`Cannot make the folder "${dir}"`, error);
  });
  await writeWhole(path, text);
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
