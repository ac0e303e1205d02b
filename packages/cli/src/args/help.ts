import type { CommandSpec, OptionSpec } from "../command.ts";
import { COMMON_OPTIONS } from "./common-options.ts";

const NARROWEST = 20;

/** Lines of at most `width`, broken between words; a longer word stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && longer.length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function columns(rows: readonly (readonly [left: string, right: string])[], terminal: number): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  const room = Math.max(NARROWEST, terminal - width - 4);
  return rows.flatMap(([left, right]) =>
    wrap(right, room).map((line, index) => `  ${(index === 0 ? left : "").padEnd(width)}  ${line}`.trimEnd()),
  );
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

/** @param terminal columns to fit in */
export function renderCommandHelp(command: CommandSpec, terminal = Infinity): string {
  const { summary, arguments: args, options, examples } = command;
  const lines = [summary, "", `Usage: ${usageLine(command)}`];
  if (args.length > 0)
    lines.push(
      "",
      "Arguments",
      ...columns(
        args.map((argument) => [argument.name, argument.summary]),
        terminal,
      ),
    );
  lines.push(
    "",
    "Options",
    ...columns(
      [...options, ...COMMON_OPTIONS].map((option) => [flagOf(option), option.summary]),
      terminal,
    ),
  );
  if (examples.length > 0) lines.push("", "Examples", ...examples.map((example) => `  ${example}`));
  return `${lines.join("\n")}\n`;
}

/** @param terminal columns to fit in */
export function renderHelp(commands: readonly CommandSpec[], terminal = Infinity): string {
  return [
    "Runs coding agents in bottles that hold no credential and have one guarded exit.",
    "",
    "Usage: bot-bottle <command> [options]",
    "",
    "Commands",
    ...columns(
      commands.map(({ name, summary }) => [name, summary]),
      terminal,
    ),
    "",
    "bot-bottle <command> --help tells more; bot-bottle --version prints the version.",
    "",
  ].join("\n");
}
