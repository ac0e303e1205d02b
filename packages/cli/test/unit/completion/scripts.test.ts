import { describe, expect, it } from "@jest/globals";
import { COMMANDS } from "../../../src/command-table.ts";
import { bashCompletion } from "../../../src/completion/bash.ts";
import { fishCompletion } from "../../../src/completion/fish.ts";
import { optionWords, quoted } from "../../../src/completion/words.ts";
import { zshCompletion } from "../../../src/completion/zsh.ts";

describe("completion scripts", () => {
  it.each([
    ["bash", bashCompletion],
    ["zsh", zshCompletion],
    ["fish", fishCompletion],
  ])("%s knows every command and every option", (_shell, render) => {
    const script = render(COMMANDS);
    for (const command of COMMANDS) {
      expect(script).toContain(command.name);
      for (const { name } of command.options) expect(script).toContain(name);
    }
  });

  it("never hands names to something that would expand them", () => {
    expect(bashCompletion(COMMANDS)).not.toMatch(/compgen -W/);
  });

  it("quotes for all three shells", () => {
    expect(quoted("it's")).toBe(`'it'"'"'s'`);
    const [init] = COMMANDS;
    expect(init === undefined ? [] : optionWords(init)).toEqual(["--yes", "--json", "--help"]);
  });
});
