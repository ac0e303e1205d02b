import { describe, expect, it } from "@jest/globals";
import { parseCommandLine } from "../../../src/args/parse.ts";
import type { CommandSpec } from "../../../src/command.ts";

const plain: CommandSpec = {
  name: "pour",
  summary: "Pour",
  arguments: [
    { name: "from", summary: "", required: true },
    { name: "to", summary: "", required: false },
  ],
  options: [
    { name: "slowly", short: "s", summary: "" },
    { name: "amount", short: "a", value: "ML", summary: "" },
    { name: "add", value: "NAME", repeat: true, summary: "" },
  ],
  examples: [],
};
const command: CommandSpec = { ...plain, rest: "words…" };

const parse = (...argv: string[]) => parseCommandLine(command, argv);
const failure = (...argv: string[]): { code?: string; message?: string; hint?: string } => {
  try {
    parse(...argv);
  } catch (error) {
    return error as { code?: string };
  }
  return {};
};

describe("parseCommandLine", () => {
  it("sorts arguments, switches, values, lists and the rest, in any order", () => {
    expect(
      parse("--add", "x", "jug", "-s", "--amount=5", "--add", "y", "cup", "--json", "--", "--slowly", "z"),
    ).toEqual({
      arguments: { from: "jug", to: "cup" },
      switches: new Set(["slowly", "json"]),
      values: { amount: "5" },
      lists: { add: ["x", "y"] },
      rest: ["--slowly", "z"],
    });
  });

  it("leaves out what was not given", () => {
    expect(parse()).toEqual({
      arguments: { from: undefined, to: undefined },
      switches: new Set(),
      values: {},
      lists: {},
      rest: undefined,
    });
    expect(parse("--").rest).toEqual([]);
  });

  it.each([
    [["--slwly"], /"--slwly" is not an option of bot-bottle pour/, /Did you mean --slowly\?/],
    [["--wholly-unlike"], /is not an option/, /^An option of the words… stands after --\.$/],
    [["--amount"], /^--amount needs a value\.$/, /--help/],
    [["--amount", "--slowly"], /^--amount needs a value\.$/, /--help/],
    [["--slowly=yes"], /^--slowly takes no value\.$/, /--help/],
    [["a", "b", "c", "d"], /"c" is one argument too many/, /^Write it after --, as in: -- c d$/],
    [["a", "b", "c", "--", "d"], /"c" is one argument too many/, /--help/],
    [["-x"], /"-x" is not an option/, /stands after --/],
  ])("refuses %p", (argv, message, hint) => {
    expect(failure(...argv)).toMatchObject({
      code: "BB_USAGE",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it("refuses words after -- where a command takes none", () => {
    expect(() => parseCommandLine(plain, ["a", "--", "b"])).toThrow(/takes nothing after "--"/);
    expect(() => parseCommandLine(plain, ["-x"])).toThrow(
      expect.objectContaining({ hint: "See: bot-bottle pour --help" }),
    );
  });
});
