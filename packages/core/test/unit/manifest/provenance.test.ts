import { describe, expect, it } from "@jest/globals";
import { provenanceOf } from "../../../src/manifest/provenance.ts";
import { treeOf } from "./support/bottle.ts";

describe("provenanceOf", () => {
  it("lists every value with its place, literals of env without theirs", () => {
    const tree = treeOf(
      "env: { A: sekrit, B: '${HOME}', C: '?Say it', D: '$x' }\negress: { routes: [{ host: A.b, port: 80 }] }",
    );
    expect(provenanceOf(tree)).toEqual([
      { key: "env.A", from: "/h/bottles/b.md:1:11" },
      { key: "env.B", from: "/h/bottles/b.md:1:22", value: "${HOME}" },
      { key: "env.C", from: "/h/bottles/b.md:1:36", value: "?Say it" },
      { key: "env.D", from: "/h/bottles/b.md:1:50" },
      { key: "egress.routes[0].host", from: "/h/bottles/b.md:2:28", value: "A.b" },
      { key: "egress.routes[0].port", from: "/h/bottles/b.md:2:39", value: "80" },
    ]);
  });

  it("escapes what it shows", () => {
    expect(provenanceOf(treeOf('a: "\\e[2J"'))).toEqual([
      { key: "a", from: "/h/bottles/b.md:1:4", value: "\\u{1b}[2J" },
    ]);
  });
});
