/** Bytes from a program in the bottle and all that may reach the human's terminal of them. */
export interface Attack {
  readonly name: string;
  /** a text is sent as UTF-8 */
  readonly input: string | Uint8Array;
  readonly output: string;
}

/** One byte per character, for 8-bit controls and ill-formed UTF-8. */
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

const ESC = "\x1b";
const ST = `${ESC}\\`;

/** A dropped sequence between two letters. */
const gone = (name: string, sequence: string): Attack => ({ name, input: `a${sequence}b`, output: "ab" });
const gone8Bit = (name: string, sequence: string): Attack => ({ name, input: latin1(`a${sequence}b`), output: "ab" });

const CLIPBOARD: readonly Attack[] = [
  gone("OSC 52 ended by BEL", `${ESC}]52;c;cm0gLXJmIH4=\x07`),
  gone("OSC 52 ended by ST", `${ESC}]52;c;cm0gLXJmIH4=${ST}`),
  gone("OSC 52 ended by U+009C", `${ESC}]52;c;cm0gLXJmIH4=\u009c`),
  gone8Bit("OSC 52 ended by raw 9C", `${ESC}]52;c;cm0gLXJmIH4=\x9c`),
  gone8Bit("OSC 52 with raw 9D", "\x9d52;c;cm0gLXJmIH4=\x07"),
  gone("OSC 52 with U+009D", "\u009d52;c;cm0gLXJmIH4=\u009c"),
  gone("OSC 52 that reads the clipboard", `${ESC}]52;c;?\x07`),
  gone("OSC 052, another spelling", `${ESC}]052;c;QQ==\x07`),
  gone("OSC 52 in tmux passthrough", `${ESC}Ptmux;${ESC}${ESC}]52;c;QQ==\x07${ST}`),
  gone("OSC 52 in tmux passthrough, ST inside", `${ESC}Ptmux;${ESC}${ESC}]52;c;QQ==${ESC}${ESC}\\${ST}`),
  gone("OSC 52 in screen passthrough", `${ESC}P${ESC}]52;c;QQ==\x07${ST}`),
  gone("kitty OSC 5522 clipboard", `${ESC}]5522;type=write${ST}`),
  gone("iTerm2 OSC 1337 Copy", `${ESC}]1337;Copy=:QQ==\x07`),
  { name: "OSC 52 with a control inside", input: `a${ESC}]52;c;QQ\n==\x07b`, output: "ab" },
  { name: "OSC 52 behind a cancelled OSC", input: `a${ESC}]0;x\x18${ESC}]52;c;QQ==\x07b`, output: "ab" },
  { name: "OSC introducer with a control inside", input: `a${ESC}\n]52;c;QQ==\x07b`, output: "a\nb" },
  { name: "OSC introducer after DEL", input: `a${ESC}\x7f]52;c;QQ==\x07b`, output: "ab" },
  { name: "OSC behind a doubled ESC", input: `a${ESC}${ESC}]52;c;QQ==\x07b`, output: "ab" },
  { name: "OSC 52 hidden in a broken CSI", input: `a${ESC}[1;2${ESC}]52;c;QQ==\x07b`, output: "ab" },
  { name: "OSC 52 whose end never comes", input: `a${ESC}]52;c;${"QQ".repeat(5000)}`, output: "a" },
];

const TITLE_AND_COLOURS: readonly Attack[] = [
  gone("OSC 0 title", `${ESC}]0;sudo password:\x07`),
  gone("OSC 0 title with 9C inside a character", `${ESC}]0;✳ ✜ Claude\x07`),
  gone("OSC 1 and 2 titles", `${ESC}]1;x\x07${ESC}]2;x${ST}`),
  gone("title report", `${ESC}[21t`),
  gone("title stack", `${ESC}[22;0;0t${ESC}[23;0;0t`),
  gone("title modes", `${ESC}[>2t${ESC}[>0T`),
  gone("ESC k title of screen", `${ESC}k`),
  gone("palette set and query", `${ESC}]4;1;rgb:00/00/00\x07${ESC}]4;1;?\x07`),
  gone("foreground, background, cursor colour queries", `${ESC}]10;?\x07${ESC}]11;?${ST}${ESC}]12;?\x07`),
  gone("colour resets", `${ESC}]104\x07${ESC}]110\x07`),
  gone("Linux console palette", `${ESC}]P0000000\x07`),
  gone("working folder", `${ESC}]7;file://host/etc\x07`),
  gone("notification", `${ESC}]9;Your session ended\x07${ESC}]777;notify;a;b\x07${ESC}]99;;x${ST}`),
  gone("progress", `${ESC}]9;4;1;50\x07`),
  gone("shell marks", `${ESC}]133;A\x07${ESC}]633;E;rm -rf\x07`),
  gone("iTerm2 file transfer", `${ESC}]1337;File=name=eA==;inline=0:QQ==\x07`),
  gone("font", `${ESC}]50;fixed\x07`),
  gone("xterm Tektronix and logging", `${ESC}[?38h${ESC}[?46h`),
];

const LINKS: readonly Attack[] = [
  { name: "OSC 8 keeps only its text", input: `${ESC}]8;;https://evil/?d\x07docs${ESC}]8;;\x07`, output: "docs" },
  { name: "OSC 8 file", input: `${ESC}]8;id=1;file:///etc/passwd${ST}x${ESC}]8;;${ST}`, output: "x" },
];

const QUERIES: readonly Attack[] = [
  gone("DA1", `${ESC}[c${ESC}[0c`),
  gone("DA2 and DA3", `${ESC}[>c${ESC}[>0c${ESC}[=c`),
  gone("DECID", `${ESC}Z`),
  gone8Bit("DECID, 8-bit", "\x9a"),
  gone("ENQ", "\x05"),
  gone("status and cursor position", `${ESC}[5n${ESC}[6n${ESC}[?6n${ESC}[?15n${ESC}[?996n`),
  gone("DA1, 8-bit", "\u009bc"),
  gone8Bit("cursor position, raw 9B", "\x9b6n"),
  gone("DECRQM", `${ESC}[?2026$p${ESC}[4$p`),
  gone("DECRQSS", `${ESC}P$qm${ST}`),
  gone("XTGETTCAP", `${ESC}P+q544e${ST}`),
  gone("XTVERSION", `${ESC}[>0q${ESC}[>q`),
  gone("DECREQTPARM", `${ESC}[x${ESC}[1x`),
  gone("window size and position", `${ESC}[14t${ESC}[18t${ESC}[13t${ESC}[11t`),
  gone("window resize, iconify, raise", `${ESC}[8;10;10t${ESC}[2t${ESC}[5t`),
  gone("checksum of a screen area", `${ESC}[1;1;1;1;24;80*y`),
  gone("presentation state, locator, tab stops", `${ESC}[1$w${ESC}[2$w${ESC}['|${ESC}[1;2'z`),
  gone("kitty keyboard query", `${ESC}[?u`),
  gone("modifyOtherKeys query", `${ESC}[?4m`),
  gone("sixel geometry query", `${ESC}[?2;1;0S`),
  gone("modes that report by themselves", `${ESC}[?2031h${ESC}[?2048h${ESC}[?1001h${ESC}[?9001h`),
  gone("highlight mouse tracking", `${ESC}[1;2;3;4;5T`),
];

const STRINGS: readonly Attack[] = [
  gone("sixel", `${ESC}Pq#0;2;0;0;0~~${ST}`),
  gone("DCS with BEL inside", `${ESC}Pq\x07~~${ST}`),
  gone8Bit("DCS, raw 90", "\x90q~~\x9c"),
  gone("kitty graphics", `${ESC}_Ga=T,f=100,t=f;L2V0Yy9wYXNzd2Q=${ST}`),
  gone("APC as UTF-8", "\u009fGa=q\u009c"),
  gone("PM and SOS", `${ESC}^secret${ST}${ESC}Xsecret${ST}`),
  gone8Bit("PM and SOS, raw", "\x9esecret\x9c\x98secret\x9c"),
  gone("tmux control mode", `${ESC}P1000p%begin${ST}`),
  gone("user-defined keys", `${ESC}P0;1|17/726d202d72660a${ST}`),
  gone("answerback message", `${ESC}P1v726d0a${ST}`),
  gone("soft font", `${ESC}P0;0;1{ @???${ST}`),
  { name: "string cut by a sequence", input: `a${ESC}_x${ESC}[31mred`, output: `a${ESC}[31mred` },
  { name: "string cut by CAN", input: `a${ESC}Pxyz\x18b`, output: "ab" },
  { name: "string cut by SUB", input: `a${ESC}^xyz\x1ab`, output: "ab" },
  { name: "character cut short inside a string", input: latin1(`a${ESC}]0;\xe2\x9cx\x07b`), output: "ab" },
];

const LEFTOVERS: readonly Attack[] = [
  gone("media copy", `${ESC}[5i${ESC}[?5i${ESC}[i`),
  gone("keyboard lock, echo, line feed mode", `${ESC}[2h${ESC}[12l${ESC}[20h`),
  gone("132 columns, reverse screen, origin, repeat", `${ESC}[?3h${ESC}[?5h${ESC}[?6h${ESC}[?8l`),
  gone("modes saved and restored past us", `${ESC}[?1049s${ESC}[?1049r`),
  gone("keyboard lights, printer, 8-bit controls", `${ESC}[1q${ESC}[61"p${ESC} G${ESC}[?4i`),
  gone("leaving UTF-8", `${ESC}%@${ESC}%G`),
  gone("other character sets and shifts", `${ESC}(A${ESC}*0${ESC}n${ESC}|${ESC}N${ESC}-A`),
  gone("test pattern and line sizes", `${ESC}#8${ESC}#3`),
  gone("memory lock, tab stops", `${ESC}l${ESC}H${ESC}[3g${ESC}[?5W`),
  gone("side margins", `${ESC}[1;5s${ESC}[?69h`),
  gone("rectangles and colour stack", `${ESC}[1;1;5;5$z${ESC}[65;1;1;5;5$x${ESC}[#P${ESC}[#{`),
  gone("keyboard pop of the shell's entry", `${ESC}[<u${ESC}[<9u`),
  gone("keyboard set and unknown flags", `${ESC}[=31u${ESC}[>32u`),
  gone("other key resources", `${ESC}[>1;2m${ESC}[>4;3m${ESC}[>m`),
  gone("flow control, NUL, DEL", "\x11\x13\x00\x7f"),
  { name: "zmodem start", input: "**\x18B00000000000000\r\n", output: "**B00000000000000\r\n" },
  {
    name: "a fifth keyboard push, which would evict the shell's entry",
    input: `${ESC}[>1u`.repeat(6),
    output: `${ESC}[>1u`.repeat(4),
  },
  { name: "a pop of more than was pushed", input: `${ESC}[>1u${ESC}[<5u`, output: `${ESC}[>1u${ESC}[<1u` },
  { name: "a bad mode among good ones", input: `${ESC}[?25;2031;1049;66h`, output: `${ESC}[?25;1049h` },
];

const MALFORMED: readonly Attack[] = [
  gone("five digits", `${ESC}[10000b`),
  gone("a parameter without end", `${ESC}[${"1".repeat(5000)}m`),
  gone("a sequence without end", `${ESC}[${"1;".repeat(2500)}m`),
  gone("more parameters than any terminal keeps", `${ESC}[${"1;".repeat(40)}m`),
  gone("marker in the middle", `${ESC}[1?25h`),
  gone("two markers", `${ESC}[??25h`),
  gone("two intermediates", `${ESC}[0  q`),
  gone("parameter after an intermediate", `${ESC}[ 1q`),
  gone("colons outside of colours", `${ESC}[1:2H${ESC}[?25:1h`),
  gone("three positions", `${ESC}[1;2;3H`),
  gone("marker and intermediate", `${ESC}[?!p${ESC}[>1 q${ESC}[=!p`),
  gone("private use finals", `${ESC}[1p${ESC}[1~${ESC}[1{`),
  gone("DEL within", `${ESC}[6\x7fn`),
  gone("escape with three intermediates", `${ESC}(((B`),
  gone("cancelled sequence", `${ESC}[31\x18`),
  { name: "control within a sequence", input: `a${ESC}[6\nnb`, output: "a\nb" },
  { name: "bell within a sequence", input: `a${ESC}[\x07cb`, output: "a\x07b" },
  { name: "new sequence within a sequence", input: `a${ESC}[1;${ESC}[31mb`, output: `a${ESC}[31mb` },
  { name: "sequence within an overlong one", input: `a${ESC}[111111${ESC}[31mb`, output: `a${ESC}[31mb` },
  { name: "character within a sequence", input: `a${ESC}[1é`, output: "aé" },
  { name: "character after ESC", input: `a${ESC}é`, output: "aé" },
  { name: "ESC at the very end", input: `a${ESC}`, output: "a" },
  { name: "full reset", input: `a${ESC}[?1002h${ESC}cb`, output: "" },
];

const ENCODING: readonly Attack[] = [
  { name: "overlong ESC", input: latin1("a\xc0\x9b]52;c;QQ==\x07"), output: "a��]52;c;QQ==\x07" },
  { name: "overlong ESC, three bytes", input: latin1("a\xe0\x80\x9bb"), output: "a���b" },
  { name: "raw C1 behind a broken character", input: latin1("a\xe2\x9b[6nb"), output: "a�[6nb" },
  { name: "surrogate", input: latin1("a\xed\xa0\x80b"), output: "a���b" },
  { name: "above U+10FFFF", input: latin1("a\xf4\x90\x80\x80b"), output: "a����b" },
  { name: "lone continuation bytes", input: latin1("a\xa0\xffb"), output: "a��b" },
  { name: "character cut by ESC", input: latin1(`a\xe2\x94${ESC}[31mb`), output: `a�${ESC}[31mb` },
  { name: "character whose last byte looks like CSI", input: "⛛6n ě \u{1f31b}", output: "⛛6n ě \u{1f31b}" },
  { name: "C1 that passes, as 7 bits", input: "a\u008d\u0085\u0084b", output: `a${ESC}M${ESC}E${ESC}Db` },
  { name: "CSI that passes, as 7 bits", input: latin1("\x9b31mred"), output: `${ESC}[31mred` },
  { name: "shifts, tab set and private C1", input: "a\u008e\u008f\u0088\u0091\u0080b", output: "ab" },
];

export const ATTACKS: readonly Attack[] = [
  ...CLIPBOARD,
  ...TITLE_AND_COLOURS,
  ...LINKS,
  ...QUERIES,
  ...STRINGS,
  ...LEFTOVERS,
  ...MALFORMED,
  ...ENCODING,
];
