import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { ERROR_CODES } from "../../../src/errors/codes.ts";

const DOCS = readFileSync(new URL("../../../../../docs/errors.md", import.meta.url), "utf8");

/** Text of each `### BB_…` section, by code, in the order of the page. */
const sections = new Map(
  DOCS.split(/^### /m)
    .slice(1)
    .map((section) => {
      const [code = "", ...lines] = section.split(/^## /m)[0]?.split("\n") ?? [];
      return [
        code,
        lines
          .join("\n")
          .replaceAll(/\n {2}/g, " ")
          .trim(),
      ] as const;
    }),
);

describe("ERROR_CODES and docs/errors.md", () => {
  it("have the same codes, each once", () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(ERROR_CODES).sort());
    expect(DOCS.match(/^### /gm)).toHaveLength(Object.keys(ERROR_CODES).length);
  });

  it.each(Object.entries(ERROR_CODES))("say the same of %s, with a cause and a fix", (code, { summary, exitCode }) => {
    const [meaning, ...rest] = (sections.get(code) ?? "").split("\n").filter((line) => line !== "");
    expect(meaning).toBe(exitCode === 1 ? summary : `${summary} Exit code 2.`);
    expect(rest.map((line) => line.slice(0, line.indexOf(":")))).toEqual(["- **Cause**", "- **Fix**"]);
  });
});
