import { describe, expect, it } from "@jest/globals";
import { renderTable } from "../../../src/ui/table.ts";

describe("renderTable", () => {
  it("aligns columns, and ends no line with white space", () => {
    expect(
      renderTable(
        ["A", "LONG", "C"],
        [
          ["one", "2", ""],
          ["x", "three", "y"],
        ],
      ),
    ).toBe("A    LONG   C\none  2\nx    three  y\n");
  });

  it("keeps each cell on one line, and free of what a terminal would obey", () => {
    const text = renderTable(["A"], [["a\nb\u001b[2J\tc"]]);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).not.toContain("\u001b");
  });
});
