import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it, jest } from "@jest/globals";
import type { HostScript } from "./fixtures/host.ts";
import { buildHost, describeWithProgram } from "./fixtures/pty.ts";

const OUTPUT = [
  "\x1b]52;c;cm0gLXJm\x07", // clipboard
  "\x1b]2;sudo password\x07", // title
  "\x1b[?1049h\x1b[?1003h\x1b[?1006h\x1b[?25l\x1b[4h\x1b[?1h\x1b=",
  "drawn ✳ \x1b[31mred\x1b[c\x1b[6n", // queries that tmux answers
].join("");

/** of a server of its own per test: one that is ending refuses the next */
let socket = "";
let host: ReturnType<typeof buildHost>;
const tmux = (...argv: string[]) => execFileSync("tmux", ["-S", `${host.folder}/${socket}`, "-f", "/dev/null", ...argv], { encoding: "utf8" }); // prettier-ignore

/** Runs the host in a pane of a real terminal emulator that takes clipboard writes and titles from programs. */
function start(raw: boolean): void {
  socket = `tmux-${raw ? "raw" : "filtered"}`;
  const script: HostScript = { raw, ending: "input", output: Buffer.from(OUTPUT).toString("base64") };
  tmux("new-session", "-d", "-x", "80", "-y", "24", "cat");
  tmux("set-option", "-g", "set-clipboard", "on");
  tmux(
    "respawn-pane",
    "-k",
    "-e",
    `BB_TEST_HOST=${JSON.stringify(script)}`,
    `${process.execPath} ${host.file}; exec cat -v`,
  );
}

async function waitFor(text: string): Promise<string> {
  const until = performance.now() + 15_000;
  for (;;) {
    const screen = tmux("capture-pane", "-p");
    if (screen.includes(text)) return screen;
    if (performance.now() > until) throw new Error(`no ${text} in ${screen}`);
    await delay(20);
  }
}

const FLAGS = "alternate_on mouse_all_flag mouse_sgr_flag cursor_flag insert_flag keypad_cursor_flag keypad_flag".split(
  " ",
);
const flags = () => tmux("display-message", "-p", FLAGS.map((flag) => `#{${flag}}`).join(" ")).trim();
const buffers = () => tmux("list-buffers", "-F", "#{buffer_sample}").trim();
const title = () => tmux("display-message", "-p", "#{pane_title}").trim();

// A loaded machine starts processes slowly.
jest.setTimeout(20_000);

const suite = describeWithProgram("tmux");

suite("a session in tmux", () => {
  beforeAll(() => {
    host = buildHost();
  });
  afterEach(() => {
    tmux("kill-server");
  });
  afterAll(() => {
    host.remove();
  });

  it("draws, and reaches neither clipboard nor title; queries are not answered; modes are undone", async () => {
    start(false);
    const screen = await waitFor("pid");
    expect(screen).toContain("drawn ✳ red");
    expect(screen).not.toContain("got");
    expect(flags()).toBe("1 1 1 0 1 1 1");
    expect(buffers()).toBe("");
    expect(title()).not.toBe("sudo password");
    tmux("send-keys", "q");
    await waitFor("host: returned");
    expect(flags()).toBe("0 0 0 1 0 0 0");
  });

  it("reaches all of them with raw, and undoes the modes", async () => {
    start(true);
    await waitFor("got");
    expect(buffers()).toBe("rm -rf");
    expect(title()).toBe("sudo password");
    tmux("send-keys", "q");
    await waitFor("host: returned");
    expect(flags()).toBe("0 0 0 1 0 0 0");
  });
});
