import { describe, expect, it } from "@jest/globals";
import { topHelp } from "../../src/top-help.ts";

describe("topHelp", () => {
  it.each([[[]], [["help"]], [["--help"]], [["-h"]], [["help", "nonsense"]]])(
    "answers %p with all commands",
    (argv) => {
      expect(topHelp(argv)).toContain("Commands\n");
    },
  );

  it.each([[["help", "start"]], [["start", "--help"]], [["start", "dev", "-h", "--yes"]]])(
    "answers %p with one",
    (argv) => {
      expect(topHelp(argv)).toContain("Usage: bot-bottle start [agent]");
    },
  );

  it.each([[["--version"]], [["-V"]]])("answers %p with the version", (argv) => {
    expect(topHelp(argv)).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([[["start"]], [["nonsense", "--help"]], [["exec", "slug", "--", "ls", "--help"]]])(
    "has no answer to %p",
    (argv) => {
      expect(topHelp(argv)).toBeUndefined();
    },
  );
});
