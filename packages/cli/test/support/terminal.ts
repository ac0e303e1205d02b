import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Undo } from "./engine.ts";
import { COMMAND, type Installation } from "./installation.ts";
import { output, until } from "./process.ts";

const PATIENCE_MS = 60_000;

/** What a terminal says of its modes; all as they are in a fresh one when a program has tidied up. */
const FLAGS = ["alternate_on", "mouse_any_flag", "cursor_flag", "insert_flag", "keypad_cursor_flag", "keypad_flag"];

/** A real terminal emulator with a shell that runs the command and then waits. */
export class Terminal {
  readonly #socket: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#socket = join(folder, `tmux-${randomBytes(4).toString("hex")}`);
    this.#env = env;
  }

  /** @param argv of `bot-bottle` */
  static async open(undo: Undo, { root, env }: Installation, argv: readonly string[]): Promise<Terminal> {
    const terminal = new Terminal(root, { ...env, TERM: "xterm-256color", LANG: "C.UTF-8", SHELL: "/bin/sh" });
    const command = [process.execPath, COMMAND, ...argv].map((word) => `'${word}'`).join(" ");
    const shell = `stty -a >${root}/before; ${command}; code=$?; stty -a >${root}/after; echo "EXIT=$code"; exec cat`;
    undo.defer(() => terminal.close());
    await terminal.#tmux("new-session", "-d", "-x", "110", "-y", "40", shell);
    return terminal;
  }

  /** What a human would read. */
  async screen(): Promise<string> {
    return await this.#tmux("capture-pane", "-p");
  }

  /** Waits for text on the screen. @returns the screen then */
  async shows(text: string | RegExp): Promise<string> {
    let last = "";
    const find = async (): Promise<string | undefined> => {
      last = await this.screen();
      return last.search(text) === -1 ? undefined : last;
    };
    return await until(`${String(text)} on the screen`, find, PATIENCE_MS).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows:\n${last}`, { cause: error });
    });
  }

  /** Types as a human does: the keys of a line, then the return key. */
  async type(line: string): Promise<void> {
    await this.#tmux("send-keys", "-l", line);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await this.#tmux("send-keys", "Enter");
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** The command's exit code. */
  async exitCode(): Promise<number> {
    const screen = await this.shows(/EXIT=\d+/);
    return Number(/EXIT=(\d+)/.exec(screen)?.[1]);
  }

  /** Settings of the line before and after the command, and what modes are left on. */
  async leftBehind(): Promise<{ readonly before: string; readonly after: string; readonly modes: string }> {
    const [before, after, modes] = await Promise.all([
      readFile(join(this.#folder, "before"), "utf8"),
      readFile(join(this.#folder, "after"), "utf8"),
      this.#tmux("display-message", "-p", FLAGS.map((flag) => `${flag}=#{${flag}}`).join(" ")),
    ]);
    return { before, after, modes };
  }

  async close(): Promise<void> {
    await this.#tmux("kill-server").catch(() => undefined);
  }

  async #tmux(...argv: readonly string[]): Promise<string> {
    return await output("tmux", ["-S", this.#socket, "-f", "/dev/null", ...argv], { env: this.#env });
  }
}
