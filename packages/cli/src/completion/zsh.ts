import type { CommandSpec, CompletionKind } from "../command.ts";
import { isDynamic, lookupCommand, quoted } from "./words.ts";

function action(kind: CompletionKind | undefined): string {
  if (kind === undefined) return " ";
  if (kind === "file") return "_files";
  return isDynamic(kind) ? `compadd -- \${(f)"$(${lookupCommand(kind)})"}` : `(${kind.join(" ")})`;
}

const plain = (text: string): string => text.replace(/[[\]:]/g, "");

function caseOf(command: CommandSpec): string {
  const options = command.options.map(({ name, value, repeat, summary, complete }) => {
    const flag = `${repeat === true ? "*" : ""}--${name}[${plain(summary)}]`;
    return quoted(value === undefined ? flag : `${flag}:${value}:{ ${action(complete)} }`);
  });
  const positional = command.arguments.map(({ name, complete }, index) =>
    quoted(`${index + 1}:${name}:${Array.isArray(complete) ? action(complete) : `{ ${action(complete)} }`}`),
  );
  const words = [...options, quoted("--json[answer as JSON]"), quoted("--help[show help]"), ...positional];
  return `    ${command.name}) _arguments ${words.join(" ")} ;;`;
}

export function zshCompletion(commands: readonly CommandSpec[]): string {
  return `#compdef bot-bottle
_bot_bottle() {
  local -a commands=(${commands.map(({ name, summary }) => quoted(`${name}:${plain(summary)}`)).join(" ")})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${commands.map(caseOf).join("\n")}
  esac
}
compdef _bot_bottle bot-bottle
`;
}
