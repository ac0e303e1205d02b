import { type CheckResult, escapeForDisplay } from "@bot-bottle/core";
import type { Style } from "../ui/style.ts";

const WIDTH = 4;

/** What tells a failure may be several lines, such as each place where an engine was looked for. */
const linesOf = (text: string): string[] => text.split("\n").map((line) => escapeForDisplay(line.trim()));

/** One line a check, and what to do about it below. */
export function renderChecks(checks: readonly CheckResult[], style: Style): string {
  const paint = { pass: style.green, warn: style.yellow, fail: style.red, skip: style.dim } as const;
  const lines = checks.flatMap(({ title, status, detail, fix }) => {
    const [first = "", ...more] = linesOf(detail);
    const below = fix === undefined || status === "pass" ? more : [...more, ...linesOf(fix)];
    return [
      `${paint[status](status.padEnd(WIDTH))}  ${escapeForDisplay(title)}: ${first}`,
      ...below.map((line) => `${" ".repeat(WIDTH + 2)}${line}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}
