const ESC = "\x1b";

/** What passes unchanged, and who needs it. */
export const PASSED: readonly (readonly [who: string, text: string])[] = [
  ["text, tabs and lines", "plain text\t✳ ╭─╮ 漢字 \u{1f600}\r\n\b\x07"],
  ["colours", `${ESC}[m${ESC}[0m${ESC}[1;38;5;208m${ESC}[38;2;215;119;87;48;2;0;0;0m${ESC}[4:3m${ESC}[58:2::255:0:0m`],
  ["movement", `${ESC}[A${ESC}[12B${ESC}[2C${ESC}[3D${ESC}[1E${ESC}[1F${ESC}[18G${ESC}[H${ESC}[28;3H${ESC}[2;2f`],
  [
    "movement of terminfo entries",
    `${ESC}[5d${ESC}[5\`${ESC}[2a${ESC}[2e${ESC}[2I${ESC}[2Z${ESC}7${ESC}8${ESC}[s${ESC}[u`,
  ],
  ["erase", `${ESC}[J${ESC}[2J${ESC}[3J${ESC}[K${ESC}[1K${ESC}[2K${ESC}[10X`],
  ["insert, delete, repeat", `${ESC}[@${ESC}[2L${ESC}[2M${ESC}[2P-${ESC}[70b${ESC}[4h${ESC}[4l`],
  ["scroll", `${ESC}[r${ESC}[2;20r${ESC}[3S${ESC}[3T${ESC}D${ESC}E${ESC}M`],
  ["line drawing of htop", `${ESC}(0lqk${ESC}(B${ESC})0\x0eqq\x0f`],
  ["keypad and cursor keys of vim", `${ESC}[?1h${ESC}=${ESC}[?1l${ESC}>`],
  ["soft reset and cursor style", `${ESC}[!p${ESC}[ q${ESC}[0 q${ESC}[6 q`],
  ["Claude Code: start", `${ESC}7${ESC}[r${ESC}8${ESC}[?25h${ESC}[?25l${ESC}[?2004h${ESC}[?1004h`],
  ["Claude Code: keyboard", `${ESC}[>1u${ESC}[>4;2m${ESC}[>4m${ESC}[<u`],
  ["Claude Code: full screen", `${ESC}[?1049h${ESC}[2J${ESC}[H${ESC}[?1000h${ESC}[?1002h${ESC}[?1003h${ESC}[?1006h`],
  ["Claude Code: frame", `${ESC}[?2026h${ESC}[2D${ESC}[3B\r${ESC}[6A${ESC}[38;2;78;186;101m●${ESC}[39m${ESC}[?2026l`],
  [
    "Codex: keyboard",
    `${ESC}[>4;0m${ESC}[>7u${ESC}[?1049h${ESC}[>4;0m${ESC}[>7u${ESC}[?1007l${ESC}[<1u${ESC}[?1049l${ESC}[<u`,
  ],
  ["Codex: frame", `${ESC}[?2026h${ESC}[1;2H${ESC}[0m${ESC}[49m${ESC}[K${ESC}[?25h${ESC}[?2026l${ESC}[0 q`],
  ["Codex: end", `${ESC}[?1006l${ESC}[?1015l${ESC}[?1003l${ESC}[?1002l${ESC}[?1000l${ESC}[?1049l`],
  ["several modes at once", `${ESC}[?1000;1002;1006h${ESC}[?1000;1002;1006l`],
];
