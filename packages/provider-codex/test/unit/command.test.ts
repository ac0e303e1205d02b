import { describe, expect, it } from "@jest/globals";
import type { AgentMode } from "@bot-bottle/core";
import { agentCommand } from "../../src/command.ts";

const FILE = "/home/node/.bot-bottle-prompt.txt";
const INTERACTIVE: AgentMode = { kind: "interactive" };

const commandOf = (mode: AgentMode, text = ""): readonly string[] => agentCommand(mode, { text, file: FILE });

const FLAGS = [
  "--dangerously-bypass-approvals-and-sandbox",
  ...["--disable", "hooks"],
  ...["--disable", "daemon_auto_start"],
  ...["--disable", "plugins"],
  ...["--disable", "apps"],
  ...["--disable", "api_key_model_discovery"],
  ...["--disable", "enable_request_compression"],
  ...["-c", "check_for_update_on_startup=false"],
];

describe("the command of a session", () => {
  it.each<[AgentMode, string[], string[]]>([
    [INTERACTIVE, [], []],
    [{ kind: "headless", prompt: "do it" }, ["exec"], ["--", "do it"]],
    [{ kind: "headless", prompt: "--help" }, ["exec"], ["--", "--help"]],
    [{ kind: "headless", prompt: "-" }, ["exec"], ["--", "-"]],
    [{ kind: "headless", prompt: "" }, ["exec"], ["--", ""]],
    [{ kind: "resume" }, ["resume", "--last", "--include-non-interactive"], []],
  ])("%j has every flag, and the agent's prompt where there is one", (mode, head, tail) => {
    expect(commandOf(mode)).toEqual(["codex", ...head, ...FLAGS, ...tail]);
    expect(commandOf(mode, " \n\t")).toEqual(commandOf(mode));
    const prompted = ["-c", 'developer_instructions="Be brief.\\n"'];
    expect(commandOf(mode, "Be brief.\n")).toEqual(["codex", ...head, ...FLAGS, ...prompted, ...tail]);
  });

  it("refuses a headless prompt that one argument cannot hold", () => {
    const headless = (prompt: string) => () => commandOf({ kind: "headless", prompt });
    expect(headless("x".repeat(128 * 1024 - 1))).not.toThrow();
    const refused = { code: "BB_USAGE", message: expect.stringContaining("longer than 128 KiB") };
    for (const prompt of ["x".repeat(128 * 1024), "é".repeat(64 * 1024)]) {
      let thrown: unknown;
      try {
        headless(prompt)();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject(refused);
    }
  });
});

/** The value that the program is given, in TOML. */
function instructionsOf(text: string): string {
  const value = commandOf(INTERACTIVE, text).at(-1) ?? "";
  expect(value).toMatch(/^developer_instructions="/);
  return value.slice("developer_instructions=".length);
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

/** Reads a basic string as TOML 1.0 says; what TOML does not allow throws. */
function readToml(text: string): string {
  // What may stand in one as it is: tab, and everything but controls, the quote and the backslash.
  const form =
    /^"(?:[\t\u0020\u0021\u0023-\u005b\u005d-\u007e\u0080-\ud7ff\ue000-\u{10ffff}]|\\(?:[btnfr"\\]|u[0-9a-fA-F]{4}))*"$/u;
  if (!form.test(text)) throw new Error(`no basic string: ${JSON.stringify(text)}`);
  return text
    .slice(1, -1)
    .replaceAll(/\\(?:u(....)|(.))/g, (_all, hex: string | undefined, short: string | undefined) =>
      hex === undefined ? (ESCAPES[short ?? ""] ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

describe("the agent's prompt as TOML", () => {
  it.each([
    ["quotes", `Say "no" and 'no' and """no""" and '''no'''.`],
    ["backslashes", String.raw`C:\new\table \u0041 \" \\`],
    ["line ends", "one\ntwo\r\nthree\rfour\u2028five\u0085six"],
    ["a look like options and tables", '--config=x\n[features]\nhooks = true\nmodel="other"'],
    ["every control character", String.fromCharCode(...Array.from({ length: 0xa0 }, (_value, code) => code))],
    ["DEL", "a\u007fb\u007f"],
    ["emoji and other planes", "⚓ 👩‍🚀 𝔸 ﻿ é e\u0301"],
    ["slashes and shell", "</script> $(reboot) `reboot` ${HOME} # no comment"],
  ])("keeps %s", (_what, text) => {
    expect(readToml(instructionsOf(text))).toBe(text);
  });
});

describe("a long prompt", () => {
  const sentence = `Before anything else, read the file ${FILE} to its end; it is your instructions.`;

  it("goes along as long as its argument has room", () => {
    const longest = "x".repeat(100 * 1024 - 2);
    expect(readToml(instructionsOf(longest))).toBe(longest);
    expect(readToml(instructionsOf(`${longest}y`))).toBe(sentence);
  });

  it.each([
    ["in bytes, not characters", "é".repeat(60 * 1024)],
    ["as it is written, not as it is", "\u0001".repeat(20 * 1024)],
  ])("is measured %s", (_what, text) => {
    expect(readToml(instructionsOf(text))).toBe(sentence);
    for (const argument of commandOf(INTERACTIVE, text)) expect(Buffer.byteLength(argument)).toBeLessThan(128 * 1024);
  });
});
