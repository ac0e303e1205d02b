import { type CheckResult, escapeForDisplay } from "@bot-bottle/core";
import type { Style } from "../ui/style.ts";

const WIDTH = 4;

/** One line a check, and what to do about it below. */
export function renderChecks(checks: readonly CheckResult[], style: Style): string {
  const paint = { pass: style.green, warn: style.yellow, fail: style.red, skip: style.dim } as const;
  const lines = checks.flatMap(({ title, status, detail, fix }) => [
    `${paint[status](status.padEnd(WIDTH))}  ${escapeForDisplay(title)}: ${escapeForDisplay(detail)}`,
    ...(fix === undefined || status === "pass" ? [] : [`      ${escapeForDisplay(fix)}`]),
  ]);
  return `${lines.join("\n")}\n`;
}
