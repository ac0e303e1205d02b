import { COMMON_OPTIONS } from "../args/common-options.ts";
import type { CommandSpec, CompletionKind } from "../command.ts";
import { isDynamic, lookupCommand, quoted } from "./words.ts";

/** As `_arguments` reads it: words in parentheses, or code in braces. */
function action(kind: CompletionKind | undefined): string {
  if (kind === undefined) return " ";
  if (kind === "file") return "_files";
  return isDynamic(kind) ? `{ compadd -- \${(f)"$(${lookupCommand(kind)})"} }` : `(${kind.join(" ")})`;
}

const plain = (text: string): string => text.replace(/[[\]:]/g, "");

function caseOf(command: CommandSpec): string {
  const options = [...command.options, ...COMMON_OPTIONS].map(({ name, value, repeat, summary, complete }) => {
    const flag = `${repeat === true ? "*" : ""}--${name}[${plain(summary)}]`;
    return quoted(value === undefined ? flag : `${flag}:${value}:${action(complete)}`);
  });
  const positional = command.arguments.map(({ name, complete }, index) =>
    quoted(`${index + 1}:${name}:${action(complete)}`),
  );
  const words = [...options, ...positional];
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
# Read by compinit from a file _bot-bottle, or sourced.
if [[ $funcstack[1] == _bot-bottle ]]; then _bot_bottle "$@"; else compdef _bot_bottle bot-bottle; fi
`;
}
