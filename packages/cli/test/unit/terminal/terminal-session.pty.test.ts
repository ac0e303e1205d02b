import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it, jest } from "@jest/globals";
import type { HostScript } from "./fixtures/host.ts";
import { buildHost, describeWithProgram, hostEnvironment, Pty } from "./fixtures/pty.ts";

const MODES_ON = "\x1b[?1049h\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?25l\x1b[?1h\x1b[>1u\x1b[2;5r";
const LATE_ANSWERS = "\x1b[?62;22c\x1b[<35;10;10M\x1b[12;1R";
/** printed by the host after the output of the agent */
const READY = "xterm-256color pid";
const LAST_OF_RESET = "\x1b7\x1b[r\x1b8";

let host: ReturnType<typeof buildHost>;
let pty: Pty | undefined;

const scriptOf = (script: Partial<HostScript>): HostScript => ({
  raw: false,
  ending: "input",
  ...script,
  output: Buffer.from(script.output ?? "").toString("base64"),
});

/** The host's shell: settings of the terminal before and after, and what is left to read once the program is gone. */
function start(script: Partial<HostScript>): Pty {
  const shell = [
    "ulimit -c 0; stty rows 24 cols 80; before=$(stty -g)",
    `${process.execPath} ${host.file}; echo "code $?"`,
    '[ "$before" = "$(stty -g)" ] && echo "settings same" || echo "settings differ"',
    "stty -icanon -echo min 0 time 3; echo \"left [$(dd bs=200 count=1 2>/dev/null | od -An -tx1 | tr -d ' \\n')] end\"",
  ].join("; ");
  pty = new Pty(shell, hostEnvironment(scriptOf(script)));
  return pty;
}

// A loaded machine starts processes slowly.
jest.setTimeout(20_000);

const suite = describeWithProgram("script");

suite("a session on a real pseudo-terminal", () => {
  beforeAll(() => {
    host = buildHost();
  });
  afterEach(() => {
    pty?.stop();
  });
  afterAll(() => {
    host.remove();
  });

  it("keeps the clipboard write of the agent from the terminal", async () => {
    const terminal = start({ output: "\x1b]52;c;cm0gLXJm\x07drawn\r\n", ending: "return" });
    await terminal.waitFor("left [");
    expect(terminal.seen).toContain("drawn");
    expect(terminal.seen).not.toContain("52;c");
  });

  it("lets it through with raw", async () => {
    const terminal = start({ output: "\x1b]52;c;cm0gLXJm\x07drawn\r\n", ending: "return", raw: true });
    await terminal.waitFor("drawn");
    expect(terminal.seen).toContain("\x1b]52;c;cm0gLXJm\x07");
  });

  it("hands over keys byte by byte, Ctrl-C included, and the size", async () => {
    const terminal = start({});
    await terminal.waitFor("ready 80x24 xterm-256color pid");
    terminal.type("\x03");
    await terminal.waitFor("got 03");
    terminal.type("q");
    await terminal.waitFor("settings same");
    expect(terminal.seen).toContain("host: returned");
  });

  it("undoes what was switched on", async () => {
    const terminal = start({ output: MODES_ON });
    await terminal.waitFor(READY);
    terminal.type("q");
    await terminal.waitFor("settings same");
    const end = terminal.seen.slice(terminal.seen.indexOf("ready"));
    for (const mode of ["?1049l", "?1003l", "?1006l", "?2004l", "?25h", "?1l", "<1u", "r"])
      expect(end).toContain(`\x1b[${mode}`);
  });

  it("swallows answers that arrive late", async () => {
    const terminal = start({ output: MODES_ON, quietMs: 400 });
    await terminal.waitFor(READY);
    terminal.type("q");
    await terminal.waitFor(LAST_OF_RESET);
    await delay(100);
    terminal.type(LATE_ANSWERS);
    await terminal.waitFor("] end");
    expect(terminal.seen).toContain("left [] end");
    expect(terminal.seen).not.toContain("62;22c");
  });

  it("would leave them to the shell without swallowing", async () => {
    const terminal = start({ output: MODES_ON, quietMs: 1 });
    await terminal.waitFor(READY);
    terminal.type("q");
    await terminal.waitFor("settings same");
    terminal.type(LATE_ANSWERS);
    await terminal.waitFor("] end");
    expect(terminal.seen).toContain(Buffer.from("62;22c").toString("hex"));
  });

  it.each([
    ["plain", "\x1d\x1d\x1d"],
    ["kitty", "\x1b[93;5u\x1b[93;5:3u\x1b[93;133u\x1b[93;5u"],
  ])("ends at three times Ctrl-], %s, though the agent does not", async (_form, keys) => {
    const terminal = start({ output: MODES_ON, ending: "never" });
    await terminal.waitFor(READY);
    for (const key of keys) terminal.type(key);
    await terminal.waitFor("settings same");
    expect(terminal.seen).toContain("host: The session was ended with Ctrl-]");
    expect(terminal.seen).toContain("\x1b[?1049l");
  });

  it.each([
    ["throw", "host: the attach failed", "code 0"],
    ["exit", "", "code 3"],
    ["crash", "a bug elsewhere", "code 1"],
  ] as const)("gives the terminal back on %s", async (ending, text, code) => {
    const terminal = start({ output: MODES_ON, ending });
    await terminal.waitFor("settings same");
    expect(terminal.seen).toContain(text);
    expect(terminal.seen).toContain(code);
    expect(terminal.seen).toContain("\x1b[?1003l");
    expect(terminal.seen).toContain("\x1b[?1049l");
  });

  it.each([
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
    ["SIGTERM", 143],
  ] as const)("gives the terminal back on %s, and dies of it", async (signal, code) => {
    const terminal = start({ output: MODES_ON, ending: "never" });
    await terminal.waitFor(READY);
    process.kill(Number(/pid (\d+)/u.exec(terminal.seen)?.[1]), signal);
    await terminal.waitFor("settings same");
    expect(terminal.seen).toContain("\x1b[?1049l");
    expect(terminal.seen).toContain(`code ${code}`);
  });
});
