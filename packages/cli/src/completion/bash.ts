import type { CommandSpec, CompletionKind } from "../command.ts";
import { isDynamic, lookupCommand, optionWords, quoted } from "./words.ts";

/** What offers the words of a kind. Names are never a word list of compgen, which would expand what is in them. */
function reply(kind: CompletionKind | undefined): string {
  if (kind === undefined) return ":";
  if (kind === "file") return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur")';
  if (isDynamic(kind)) return `_bot_bottle_offer "$(${lookupCommand(kind)})"`;
  return `_bot_bottle_offer ${quoted(kind.join("\n"))}`;
}

function caseOf(command: CommandSpec): string {
  const valued = command.options.filter(({ value }) => value !== undefined);
  const taking = valued.flatMap(({ name, short }) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]);
  const values = valued.map(({ name, complete }) => `        --${name}) ${reply(complete)} ;;`);
  const positions = command.arguments.map(({ complete }, index) => `        ${index}) ${reply(complete)} ;;`);
  return [
    `    ${command.name})`,
    `      _bot_bottle_place ${quoted(` ${taking.join(" ")} `)}`,
    "      case $place in",
    ...values,
    `        option) _bot_bottle_offer ${quoted(optionWords(command).join("\n"))} ;;`,
    ...positions,
    "      esac",
    "      ;;",
  ].join("\n");
}

/** Completion for bash 4 and later, without bash-completion. */
export function bashCompletion(commands: readonly CommandSpec[]): string {
  return `# bot-bottle completion for bash
# Offers those of some lines that begin like the current word.
_bot_bottle_offer() {
  local word
  while IFS= read -r word; do
    if [[ -n $word && $word == "$cur"* ]]; then COMPREPLY+=("$word"); fi
  done <<< "$1"
}

# Sets place: the option whose value is wanted, "option", the number of the argument, or nothing after "--".
# $1: options that take a value
_bot_bottle_place() {
  local index word number=0 previous=
  for (( index = 2; index < COMP_CWORD; index++ )); do
    word=\${COMP_WORDS[index]}
    if [[ $word == -- ]]; then place=; return; fi
    if [[ -n $previous ]]; then
      if [[ $word != = ]]; then previous=; fi
    elif [[ $1 == *" $word "* ]]; then previous=$word
    elif [[ $word != -* ]]; then number=$((number + 1))
    fi
  done
  if [[ -n $previous ]]; then
    place=$previous
    if [[ $cur == = ]]; then cur=; fi
  elif [[ $cur == -* ]]; then place=option
  else place=$number
  fi
}

_bot_bottle() {
  local cur=\${COMP_WORDS[COMP_CWORD]} place
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    _bot_bottle_offer ${quoted(commands.map(({ name }) => name).join("\n"))}
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map(caseOf).join("\n")}
  esac
}
complete -F _bot_bottle bot-bottle
`;
}
