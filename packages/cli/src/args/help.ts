import type { CommandSpec, OptionSpec } from "../command.ts";
import { COMMON_OPTIONS } from "./common-options.ts";

function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

function flagOf({ name, short, value, repeat }: OptionSpec): string {
  const long = `--${name}${value === undefined ? "" : ` ${value}`}${repeat === true ? "…" : ""}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

function usageLine({ name, arguments: args, options, rest }: CommandSpec): string {
  const words = args.map((argument) => (argument.required ? `<${argument.name}>` : `[${argument.name}]`));
  const tail = rest === undefined ? [] : [`-- ${rest}`];
  return ["bot-bottle", name, ...words, ...(options.length === 0 ? [] : ["[options]"]), ...tail].join(" ");
}

export function renderCommandHelp(command: CommandSpec): string {
  const { summary, arguments: args, options, examples } = command;
  const lines = [summary, "", `Usage: ${usageLine(command)}`];
  if (args.length > 0)
    lines.push("", "Arguments", ...columns(args.map((argument) => [argument.name, argument.summary])));
  lines.push(
    "",
    "Options",
    ...columns([...options, ...COMMON_OPTIONS].map((option) => [flagOf(option), option.summary])),
  );
  if (examples.length > 0) lines.push("", "Examples", ...examples.map((example) => `  ${example}`));
  return `${lines.join("\n")}\n`;
}

export function renderHelp(commands: readonly CommandSpec[]): string {
  return [
    "Runs coding agents in bottles that hold no credential and have one guarded exit.",
    "",
    "Usage: bot-bottle <command> [options]",
    "",
    "Commands",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    "bot-bottle <command> --help tells more; bot-bottle --version prints the version.",
    "",
  ].join("\n");
}
