/** DEC private modes that pass (`CSI ? Pm h`, `CSI ? Pm l`); xterm's ctlseqs and the terminals' own notes define them. */
export const PASSED_PRIVATE_MODES: ReadonlySet<number> = new Set([
  1, // cursor keys of applications
  7, // automatic wrap
  12, // cursor blink
  25, // cursor visible
  47, // alternate screen, the three generations of it
  1047,
  1049,
  1048, // save and restore the cursor
  1000, // mouse: buttons
  1002, // mouse: drags
  1003, // mouse: every move
  1004, // focus reports
  1006, // mouse: SGR coordinates
  1007, // wheel as arrow keys on the alternate screen
  1015, // mouse: urxvt coordinates
  2004, // bracketed paste
  2026, // synchronized output
]);

const ALTERNATE_SCREENS = [1049, 1047, 47];
/** Off at the end only where they were switched on: some terminals have them on by default. */
const RESET_IF_ON = [12, 1007];

/** Greatest keyboard stack of a session; terminals keep about 8 entries and evict the oldest, which are the shell's. */
const MAX_KEYBOARD_DEPTH = 4;

/** Harmless on a terminal that has nothing of it on, so it is always sent. */
const ALWAYS_RESET =
  "\x1b[?2026l" +
  [1000, 1002, 1003, 1006, 1015, 1004, 2004, 1].map((mode) => `\x1b[?${mode}l`).join("") +
  "\x1b[?7h\x1b[?25h" + // wrap, cursor
  "\x1b[4l\x1b>" + // replace mode, numeric keypad
  "\x0f\x1b(B\x1b)B\x1b[m"; // character sets, colours

/** Remembers what a program changed in the human's terminal, as far as the filter let it, and how to undo it. */
export class TerminalModes {
  readonly #on = new Set<number>();
  #keyboardDepth = { main: 0, alternate: 0 };
  #hasMargins = false;
  #hasCursorStyle = false;
  #hasOtherKeys = false;

  setPrivateMode(mode: number, isOn: boolean): void {
    if (isOn) this.#on.add(mode);
    else this.#on.delete(mode);
  }

  /** `CSI Pt ; Pb r` */
  setMargins(): void {
    this.#hasMargins = true;
  }

  /** `CSI Ps SP q` */
  setCursorStyle(): void {
    this.#hasCursorStyle = true;
  }

  /** `CSI > 4 ; Pv m` */
  setOtherKeys(): void {
    this.#hasOtherKeys = true;
  }

  /** Counts one entry of the kitty keyboard stack, which each screen has its own of. @returns false when it is full */
  pushKeyboard(): boolean {
    const screen = this.#screen();
    if (this.#keyboardDepth[screen] >= MAX_KEYBOARD_DEPTH) return false;
    this.#keyboardDepth[screen]++;
    return true;
  }

  /** @returns how many of `count` entries are the program's own; the rest belong to whoever ran before it */
  popKeyboard(count: number): number {
    const screen = this.#screen();
    const own = Math.min(count, this.#keyboardDepth[screen]);
    this.#keyboardDepth[screen] -= own;
    return own;
  }

  /** Forgets everything. @returns the bytes that bring the terminal back */
  reset(): string {
    const off = (mode: number) => (this.#on.has(mode) ? `\x1b[?${mode}l` : "");
    const pop = (depth: number) => (depth > 0 ? `\x1b[<${depth}u` : "");
    const text = [
      ALWAYS_RESET,
      pop(this.#keyboardDepth.alternate),
      ...ALTERNATE_SCREENS.map(off),
      pop(this.#keyboardDepth.main),
      this.#hasOtherKeys ? "\x1b[>4m" : "",
      ...RESET_IF_ON.map(off),
      this.#hasCursorStyle ? "\x1b[0 q" : "",
      // Setting margins moves the cursor home.
      this.#hasMargins ? "\x1b7\x1b[r\x1b8" : "",
    ].join("");
    this.#on.clear();
    this.#keyboardDepth = { main: 0, alternate: 0 };
    this.#hasMargins = this.#hasCursorStyle = this.#hasOtherKeys = false;
    return text;
  }

  #screen(): "main" | "alternate" {
    return ALTERNATE_SCREENS.some((mode) => this.#on.has(mode)) ? "alternate" : "main";
  }
}
