import { describe, expect, it } from "@jest/globals";
import { renderCommandHelp, renderHelp } from "../../../src/args/help.ts";
import { COMMANDS } from "../../../src/command-table.ts";

const find = (name: string) => {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw new Error(name);
  return command;
};

describe("help", () => {
  it("lists every command with its summary, aligned", () => {
    const lines = renderHelp(COMMANDS).split("\n");
    const columns = COMMANDS.map(({ name, summary }) => {
      const line = lines.find((text) => text.startsWith(`  ${name} `)) ?? "";
      expect(line.endsWith(summary)).toBe(true);
      return line.indexOf(summary);
    });
    expect(new Set(columns).size).toBe(1);
  });

  it("shows arguments, options, placeholders, what repeats and what follows --", () => {
    expect(renderCommandHelp(find("why"))).toContain("Usage: bot-bottle why <agent> <method> <url> [options]\n");
    expect(renderCommandHelp(find("exec"))).toContain("Usage: bot-bottle exec [slug] [options] -- command…\n");
    const help = renderCommandHelp(find("start"));
    expect(help).toMatch(/^Start an agent in a bottle\n\nUsage: bot-bottle start \[agent\] \[options\]\n/);
    for (const line of ["  --bottle NAME…  ", "  -y, --yes  ", "  -h, --help  ", "  --json  "]) {
      expect(help.replaceAll(/ {2,}/g, "  ")).toContain(line);
    }
    expect(help).toContain("\nExamples\n  bot-bottle start\n");
  });

  it("breaks between words where a terminal is narrow", () => {
    for (const text of [renderHelp(COMMANDS, 60), renderCommandHelp(find("start"), 60)]) {
      const [, table = ""] = /\n(?:Commands|Options)\n((?: .*\n)+)/.exec(text) ?? [];
      expect(table.split("\n").length).toBeGreaterThan(COMMANDS.length);
      expect(table.split("\n").filter((line) => line.length > 60)).toEqual([]);
    }
    expect(renderHelp(COMMANDS, 60).replaceAll(/\s+/g, " ")).toBe(renderHelp(COMMANDS).replaceAll(/\s+/g, " "));
    expect(renderHelp(COMMANDS, 60)).toMatch(/\n {2}pull {8}Fetch .*\n {14}\S/);
  });

  it.each(COMMANDS.map(({ name }) => name))("%s fits into a terminal of 120 columns", (name) => {
    expect(
      renderCommandHelp(find(name))
        .split("\n")
        .filter((line) => line.length > 120),
    ).toEqual([]);
  });
});
