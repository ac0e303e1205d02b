import { BotBottleError } from "@bot-bottle/core";
import { COMMANDS } from "../command-table.ts";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export async function run(_context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const shell = input.arguments["shell"] ?? "";
  if (!(shell in SHELLS)) {
    throw new BotBottleError(
      "BB_USAGE",
      shell === "" ? "completion needs a shell." : `completion does not know the shell "${shell}".`,
      {
        hint: "One of: bash, zsh, fish",
      },
    );
  }
  const script = SHELLS[shell as keyof typeof SHELLS](COMMANDS);
  return { text: script, json: { shell, script } };
}
