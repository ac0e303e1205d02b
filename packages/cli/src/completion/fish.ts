import { COMMON_OPTIONS } from "../args/common-options.ts";
import type { CommandSpec, CompletionKind } from "../command.ts";
import { isDynamic, lookupCommand, quoted } from "./words.ts";

function values(kind: CompletionKind | undefined): string {
  if (kind === undefined || kind === "file") return "";
  return ` -a ${isDynamic(kind) ? quoted(`(${lookupCommand(kind)})`) : quoted(kind.join(" "))}`;
}

function linesOf(command: CommandSpec): string[] {
  const when = `-n '__fish_seen_subcommand_from ${command.name}'`;
  const options = [...command.options, ...COMMON_OPTIONS].map(({ name, short, value, summary, complete }) => {
    const flags = `-l ${name}${short === undefined ? "" : ` -s ${short}`}`;
    const takes = value === undefined ? "" : complete === "file" ? " -r -F" : ` -x${values(complete)}`;
    return `complete -c bot-bottle ${when} ${flags}${takes} -d ${quoted(summary)}`;
  });
  const positional = command.arguments
    .filter(({ complete }) => complete !== undefined && complete !== "file")
    .map(({ complete, summary }) => `complete -c bot-bottle ${when}${values(complete)} -d ${quoted(summary)}`);
  return [...options, ...positional];
}

export function fishCompletion(commands: readonly CommandSpec[]): string {
  return [
    "# bot-bottle completion for fish",
    "complete -c bot-bottle -f",
    ...commands.map(
      ({ name, summary }) => `complete -c bot-bottle -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap(linesOf),
    "",
  ].join("\n");
}
