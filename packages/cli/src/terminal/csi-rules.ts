import type { CsiScanner } from "./csi-scanner.ts";
import { PASSED_PRIVATE_MODES, type TerminalModes } from "./terminal-modes.ts";

/** True passes a sequence as it is, false drops it, a text takes its place. */
export type Verdict = boolean | string;

/** Sequences without marker and intermediate byte, by the greatest number of parameters with which they pass. */
const PLAIN_FINALS: readonly (readonly [finals: string, maxParameters: number])[] = [
  ["ABCDEFG`adeIZ", 1], // cursor movement, tabs
  ["Hf", 2], // cursor position
  ["JKX", 1], // erase
  ["@LMPb", 1], // insert, delete, repeat
  ["ST", 1], // scroll; `T` with five parameters would start highlight tracking, which waits for an answer
  ["r", 2], // scroll region
  ["su", 0], // save and restore the cursor; `s` with parameters sets side margins
  ["m", 32], // colours
];

const maxParametersOf = new Int8Array(0x80).fill(-1);
for (const [finals, maxParameters] of PLAIN_FINALS) {
  for (const final of finals) maxParametersOf[final.charCodeAt(0)] = maxParameters;
}

const code = (character: string) => character.charCodeAt(0);
const SGR = code("m");
const SET_MODE = code("h");
const RESET_MODE = code("l");
const MARGINS = code("r");
const KEYBOARD = code("u");
const OTHER_KEYS = code("m");
const REPLACE_MODE = 4;
const MODIFY_OTHER_KEYS = 4;
const MAX_CURSOR_STYLE = 6;
const MAX_KEYBOARD_FLAGS = 31;

/**
 * Decides one complete control sequence (ECMA-48 8.3, xterm ctlseqs, the kitty keyboard protocol) by allowlist and
 * records in `modes` what has to be undone. What is not listed is dropped: every query, report, window operation,
 * media copy and rectangle.
 */
export function decideCsi(csi: CsiScanner, modes: TerminalModes): Verdict {
  if (csi.hasColon && (csi.final !== SGR || csi.prefix !== 0)) return false;
  if (csi.intermediate !== 0) return decideIntermediate(csi, modes);
  switch (csi.prefix) {
    case 0:
      return decidePlain(csi, modes);
    case code("?"):
      return csi.final === SET_MODE || csi.final === RESET_MODE ? decidePrivateModes(csi, modes) : false;
    case code(">"):
      return csi.final === KEYBOARD ? decideKeyboardPush(csi, modes) : decideOtherKeys(csi, modes);
    case code("<"):
      return csi.final === KEYBOARD && csi.count <= 1 ? decideKeyboardPop(csi, modes) : false;
    default:
      return false;
  }
}

function decidePlain(csi: CsiScanner, modes: TerminalModes): Verdict {
  if (csi.final === SET_MODE || csi.final === RESET_MODE) return csi.count === 1 && csi.value(0) === REPLACE_MODE;
  if (csi.count > (maxParametersOf[csi.final] ?? -1)) return false;
  if (csi.final === MARGINS && csi.count > 0) modes.setMargins();
  return true;
}

function decideIntermediate(csi: CsiScanner, modes: TerminalModes): Verdict {
  if (csi.prefix !== 0) return false;
  const isSoftReset = csi.intermediate === code("!") && csi.final === code("p");
  if (isSoftReset) return csi.count === 0;
  const isCursorStyle = csi.intermediate === code(" ") && csi.final === code("q");
  if (!isCursorStyle || csi.count > 1 || csi.value(0) > MAX_CURSOR_STYLE) return false;
  modes.setCursorStyle();
  return true;
}

/** Modes that pass go on without those that do not. */
function decidePrivateModes(csi: CsiScanner, modes: TerminalModes): Verdict {
  const all = Array.from({ length: csi.count }, (_, index) => csi.value(index));
  const passed = all.filter((mode) => PASSED_PRIVATE_MODES.has(mode));
  for (const mode of passed) modes.setPrivateMode(mode, csi.final === SET_MODE);
  if (passed.length === all.length) return all.length > 0;
  return passed.length > 0 && `\x1b[?${passed.join(";")}${String.fromCharCode(csi.final)}`;
}

/** `CSI > flags u`; a flags value that grows later would be a capability nobody has looked at. */
function decideKeyboardPush(csi: CsiScanner, modes: TerminalModes): Verdict {
  return csi.count <= 1 && csi.value(0) <= MAX_KEYBOARD_FLAGS && modes.pushKeyboard();
}

/** `CSI < n u`; Claude Code pops before it pushes, which would take away the entry of the shell. */
function decideKeyboardPop(csi: CsiScanner, modes: TerminalModes): Verdict {
  const wanted = Math.max(1, csi.value(0));
  const own = modes.popKeyboard(wanted);
  return own === wanted || (own > 0 && `\x1b[<${own}u`);
}

/** `CSI > 4 ; Pv m`, modifyOtherKeys; the other resources of this sequence are not needed. */
function decideOtherKeys(csi: CsiScanner, modes: TerminalModes): Verdict {
  if (csi.final !== OTHER_KEYS || csi.count < 1 || csi.count > 2) return false;
  if (csi.value(0) !== MODIFY_OTHER_KEYS || csi.value(1) > 2) return false;
  modes.setOtherKeys();
  return true;
}
