import { describe, expect, it } from "@jest/globals";
import { COMMON_OPTIONS } from "../../src/args/common-options.ts";
import { parseCommandLine } from "../../src/args/parse.ts";
import { COMMAND_MODULES } from "../../src/command-modules.ts";
import { COMMANDS } from "../../src/command-table.ts";

/** Words of a shell line, quotes taken off. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

describe("the command table", () => {
  it("has the commands of this version, and names none of a later one", () => {
    expect(COMMANDS.map(({ name }) => name)).toEqual([
      ...["init", "start", "list", "info", "why", "exec", "attach", "logs", "pull", "cleanup", "doctor", "completion"],
    ]);
    const text = JSON.stringify(COMMANDS);
    for (const later of ["resume", "supervise", "learn", "snapshot", "remote-control", "plugin", "git gate"]) {
      expect(text).not.toContain(later);
    }
  });

  it.each(COMMANDS)("$name: names are unique and plain, required arguments come first", (command) => {
    const options = [...command.options, ...COMMON_OPTIONS];
    const long = options.map(({ name }) => name);
    const short = options.flatMap(({ short: letter }) => (letter === undefined ? [] : [letter]));
    expect(new Set(long).size).toBe(long.length);
    expect(new Set(short).size).toBe(short.length);
    expect([command.name, ...long].filter((name) => !/^[a-z]+(?:-[a-z]+)*$/.test(name))).toEqual([]);
    const required = command.arguments.map((argument) => argument.required);
    expect(required.lastIndexOf(true)).toBeLessThan(
      required.includes(false) ? required.indexOf(false) : required.length,
    );
  });

  it.each(COMMANDS)("$name: its examples are command lines that it takes, and its code is there", async (command) => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      const [program, name, ...argv] = wordsOf(example.replace(/ >.*/, ""));
      expect([program, name]).toEqual(["bot-bottle", command.name]);
      expect(() => parseCommandLine(command, argv)).not.toThrow();
    }
    expect(Object.keys((await COMMAND_MODULES[command.name]?.()) ?? {})).toEqual(["run"]);
  });
});
