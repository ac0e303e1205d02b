import type { OptionSpec } from "../command.ts";

/** Options that every command has. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { name: "json", summary: "print the answer as one JSON document" },
  { name: "help", short: "h", summary: "show this help" },
];
