import { parseArgs, type ParseArgsConfig } from "node:util";
import { BotBottleError, errorCode, nearest, toError } from "@bot-bottle/core";
import { COMMON_OPTIONS } from "./common-options.ts";
import type { CommandInput, CommandSpec, OptionSpec } from "../command.ts";

function usage(command: CommandSpec, message: string, hint?: string): BotBottleError {
  return new BotBottleError("BB_USAGE", message, { hint: hint ?? `See: bot-bottle ${command.name} --help` });
}

function configOf(options: readonly OptionSpec[]): NonNullable<ParseArgsConfig["options"]> {
  return Object.fromEntries(
    options.map(({ name, short, value, repeat }) => [
      name,
      {
        type: value === undefined ? ("boolean" as const) : ("string" as const),
        ...(short === undefined ? {} : { short }),
        multiple: repeat === true,
      },
    ]),
  );
}

/** Values may begin with a dash only after `=`; Node's parser says so in its own words, which we replace. */
function explain(
  command: CommandSpec,
  options: readonly OptionSpec[],
  error: unknown,
  argv: readonly string[],
): unknown {
  const code = errorCode(error);
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const known = options.map(({ name }) => `--${name}`);
    const given = argv.find((word) => word.startsWith("-") && !known.includes(word.split("=")[0] ?? "")) ?? "an option";
    const word = given.split("=")[0] ?? given;
    const close = nearest(word, known);
    const behind = command.rest === undefined ? undefined : `An option of the ${command.rest} stands after --.`;
    return usage(
      command,
      `"${word}" is not an option of bot-bottle ${command.name}.`,
      close === undefined ? behind : `Did you mean ${close}?`,
    );
  }
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") {
    const words = toError(error).message;
    const [option = "An option"] = /--[a-z-]+/.exec(words) ?? [];
    return usage(command, words.includes("does not take") ? `${option} takes no value.` : `${option} needs a value.`);
  }
  return error;
}

/**
 * Reads a command's arguments by its table.
 * @throws BotBottleError `BB_USAGE`
 */
export function parseCommandLine(command: CommandSpec, argv: readonly string[]): CommandInput {
  const options = [...command.options, ...COMMON_OPTIONS];
  const separator = argv.indexOf("--");
  const own = separator === -1 ? argv : argv.slice(0, separator);
  const rest = separator === -1 ? undefined : argv.slice(separator + 1);
  if (rest !== undefined && command.rest === undefined)
    throw usage(command, `bot-bottle ${command.name} takes nothing after "--".`);
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...own], options: configOf(options), allowPositionals: true, strict: true });
  } catch (error) {
    throw explain(command, options, error, own);
  }
  if (parsed.positionals.length > command.arguments.length) {
    const extra = parsed.positionals.slice(command.arguments.length);
    // A command that takes words after `--` was given them without it.
    const hint =
      command.rest === undefined || rest !== undefined ? undefined : `Write it after --, as in: -- ${extra.join(" ")}`;
    throw usage(command, `"${extra[0] ?? ""}" is one argument too many.`, hint);
  }
  const named = command.arguments.map(({ name }, index) => [name, parsed.positionals[index]] as const);
  const switches = new Set<string>();
  const values: Record<string, string> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(parsed.values)) {
    if (value === true) switches.add(name);
    else if (typeof value === "string") values[name] = value;
    else if (Array.isArray(value)) lists[name] = value as string[];
  }
  return { arguments: Object.fromEntries(named), switches, values, lists, rest };
}
