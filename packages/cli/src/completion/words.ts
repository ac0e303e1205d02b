import { COMMON_OPTIONS } from "../args/common-options.ts";
import type { CommandSpec, CompletionKind } from "../command.ts";

/** Kinds that are looked up when the user presses Tab. */
export const DYNAMIC_KINDS = ["agent", "bottle", "slug", "backend"] as const;
export type DynamicKind = (typeof DYNAMIC_KINDS)[number];

export function isDynamic(kind: CompletionKind | undefined): kind is DynamicKind {
  return typeof kind === "string" && (DYNAMIC_KINDS as readonly string[]).includes(kind);
}

/** Long options of a command, with dashes. */
export function optionWords({ options }: CommandSpec): readonly string[] {
  return [...options, ...COMMON_OPTIONS].map(({ name }) => `--${name}`);
}

/** A text inside single quotes of bash, zsh and fish alike. */
export function quoted(text: string): string {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, `'"'"'`)}'`;
}

/** Names of a kind as a hidden call of the program prints them, one a line. */
export function lookupCommand(kind: DynamicKind): string {
  return `bot-bottle __complete ${kind} 2>/dev/null`;
}
