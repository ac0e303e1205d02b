import { describe, expect, it } from "@jest/globals";
import { IssueList } from "../../../src/manifest/issue-list.ts";
import { nodeAt, placeAt, toPlain, type TreePath } from "../../../src/manifest/tree.ts";
import { parseYaml } from "../../../src/manifest/yaml-tree.ts";
import { textsOf, treeOf } from "./support/bottle.ts";

function problems(text: string): string[] {
  const issues = new IssueList();
  expect(parseYaml({ text, path: "/a.md", firstLine: 1 }, issues)).toBeUndefined();
  return textsOf(issues);
}

function at(text: string, path: TreePath): string {
  const { line, column } = placeAt(treeOf(text), path);
  return `${line}:${column}`;
}

describe("TreeBuilder", () => {
  it("knows the place of every value", () => {
    const text = "a: 1\nb:\n  - x\n  - { c: d }\ne: |\n  text\n";
    expect([at(text, []), at(text, ["a"]), at(text, ["b", 0]), at(text, ["b", 1, "c"]), at(text, ["e"])]).toEqual([
      "1:1",
      "1:4",
      "3:5",
      "4:10",
      "5:4",
    ]);
  });

  it("keeps the text of plain numbers and the place of the key of an empty value", () => {
    const tree = treeOf("a: 1.10\nb:\n\nc: 'x'\n");
    expect(nodeAt(tree, ["a"])).toMatchObject({ value: 1.1, source: "1.10", isEmpty: false });
    expect(nodeAt(tree, ["b"])).toMatchObject({ value: null, isEmpty: true, place: { line: 2, column: 1 } });
    expect(nodeAt(tree, ["c"])).toMatchObject({ value: "x", source: "x" });
    expect(nodeAt(treeOf("a: ~\n"), ["a"])).toMatchObject({ value: null, isEmpty: false });
  });

  it("takes keys for what they say", () => {
    expect(toPlain(treeOf("null: 1\ntrue: 2\n1.10: 3\n'x y': 4\n"))).toEqual({ null: 1, true: 2, "1.10": 3, "x y": 4 });
  });

  it.each([
    ["a key twice", "a: 1\nb: 2\na: 3\n", ['3:1: "a" is written twice, first on line 1']],
    ["a nested key twice", "a: {b: 1, b: 2}\n", ['1:11: "b" is written twice, first on line 1']],
    [
      "merge keys",
      "a: &x {b: 1}\nc:\n  <<: *x\n",
      ['3:3: "<<" is not part of YAML 1.2; use `extends` instead of merge keys'],
    ],
    ["a reserved key", "__proto__: {}\n", ['1:1: "__proto__" is a reserved word']],
    ["a list as key", "? [a]\n: b\n", ["1:3: a key must be a text"]],
    ["an alias as key", "a: &x b\n*x : c\n", ["2:1: a key must be a text"]],
    ["a custom tag", "a: !mine x\n", ["1:10: tags are not read"]],
    ["a core tag", "a: !!str 1\nb: !!binary aGk=\n", ["1:10: tags are not read", "2:13: tags are not read"]],
    ["an unknown alias", "a: *x\n", ["1:4: an alias refers to no anchor before it"]],
    ["an alias of itself", "a: &x [1, *x]\n", ["1:11: an alias refers to itself"]],
  ])("refuses %s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it("reads a few aliases, at the place of the alias", () => {
    const text = "a: &x {b: 1}\nc: *x\n";
    expect(toPlain(treeOf(text))).toEqual({ a: { b: 1 }, c: { b: 1 } });
    expect([at(text, ["c"]), at(text, ["c", "b"])]).toEqual(["2:4", "1:11"]);
  });

  it("refuses an alias bomb, many aliases, and depth by aliases", () => {
    const nine = (name: string): string => Array.from({ length: 9 }, () => `*${name}`).join(", ");
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [before, name] of ["ab", "bc", "cd", "de", "ef", "fg"])
      bomb.push(`${name}: &${name} [${nine(before ?? "")}]`);
    const started = performance.now();
    expect(problems(bomb.join("\n")).join()).toContain("more than 20000 values, aliases counted in full");
    expect(problems(`a: &a x\nb: [${"*a, ".repeat(101)}]\n`)).toEqual(["2:405: more than 100 aliases"]);
    const deep = Array.from({ length: 60 }, (_, index) => `k${index}: &k${index} [*k${index - 1}]`).slice(1);
    expect(problems(["k0: &k0 x", ...deep].join("\n"))).toContain("49:12: the values are nested too deeply");
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("refuses very many values", () => {
    expect(problems(`a: [${"1,".repeat(20_000)}]\n`)).toEqual([
      "1:40001: more than 20000 values, aliases counted in full",
    ]);
  });
});
