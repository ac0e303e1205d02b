import type { CommandSpec, CompletionKind } from "../command.ts";
import { isDynamic, lookupCommand, optionWords, quoted } from "./words.ts";

function reply(kind: CompletionKind | undefined): string {
  if (kind === undefined) return "COMPREPLY=()";
  if (kind === "file") return 'COMPREPLY=($(compgen -f -- "$cur"))';
  const words = isDynamic(kind) ? `"$(${lookupCommand(kind)})"` : quoted(kind.join(" "));
  return `COMPREPLY=($(compgen -W ${words} -- "$cur"))`;
}

function caseOf(command: CommandSpec): string {
  const valued = command.options.filter(({ value }) => value !== undefined);
  const previous = valued.map(({ name, complete }) => `        --${name}) ${reply(complete)}; return ;;`);
  const positional = command.arguments.map(({ complete }, index) => `        ${index}) ${reply(complete)} ;;`);
  return [
    `    ${command.name})`,
    ...(previous.length === 0 ? [] : ['      case "$prev" in', ...previous, "      esac"]),
    `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${quoted(optionWords(command).join(" "))} -- "$cur")); return; fi`,
    ...(positional.length === 0 ? [] : ["      case $position in", ...positional, "      esac"]),
    "      ;;",
  ].join("\n");
}

/** Completion for bash 4 and later, without bash-completion. */
export function bashCompletion(commands: readonly CommandSpec[]): string {
  return `# bot-bottle completion for bash
_bot_bottle() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} position=-2 word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do [[ $word == -* && $word != "$cur" ]] || position=$((position+1)); done
  if (( COMP_CWORD == 1 )); then COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(" "))} -- "$cur")); return; fi
  case \${COMP_WORDS[1]} in
${commands.map(caseOf).join("\n")}
  esac
}
complete -F _bot_bottle bot-bottle
`;
}
