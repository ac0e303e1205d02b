import type { Verdict } from "./csi-rules.ts";
import type { TerminalModes } from "./terminal-modes.ts";

const PASSED_FINALS = new Set(
  [
    "78", // save and restore the cursor
    "DEM", // index, next line, reverse index
    "=>", // keypad of applications
  ]
    .join("")
    .split(""),
);

/** ASCII and line drawing as G0 and G1, what terminfo entries use; undone at the end. */
const PASSED_CHARACTER_SETS = new Set(["(B", "(0", ")B", ")0"]);

/**
 * Decides one escape sequence that is neither CSI nor a string (ECMA-48 5.3, ECMA-35). A full reset becomes one that
 * leaves palette, title, fonts and scrollback of the human's terminal alone. Dropped: identification, locking shifts,
 * other coding systems (`ESC %`), 8-bit controls (`ESC SP G`), line sizes and test patterns (`ESC #`).
 */
export function decideEscape(sequence: string, modes: TerminalModes): Verdict {
  if (sequence === "c") return `${modes.reset()}\x1b[!p\x1b[H\x1b[2J`;
  return PASSED_FINALS.has(sequence) || PASSED_CHARACTER_SETS.has(sequence);
}
