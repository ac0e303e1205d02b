import { describe, expect, it } from "@jest/globals";
import { formatPath, heightOf, keyPlaceAt, nodeAt, placeAt } from "../../../src/manifest/tree.ts";
import { treeOf } from "./support/bottle.ts";

describe("tree", () => {
  const tree = treeOf("a:\n  b: [1, {c: 2}]\nd: x\n");

  it("finds nodes and the nearest place around what is not there", () => {
    expect(nodeAt(tree, ["a", "b", 1, "c"])).toMatchObject({ value: 2 });
    expect(nodeAt(tree, ["a", "x"])).toBeUndefined();
    expect(nodeAt(tree, ["d", "x", "y"])).toBeUndefined();
    expect(placeAt(tree, ["a", "b", 7])).toMatchObject({ line: 2, column: 6 });
    expect(keyPlaceAt(tree, ["a", "b"])).toMatchObject({ line: 2, column: 3 });
    expect(keyPlaceAt(tree, ["a", "b", 0])).toMatchObject({ line: 2, column: 7 });
  });

  it("writes paths as people do", () => {
    expect(formatPath(["egress", "routes", 0, "host"])).toBe("egress.routes[0].host");
    expect(formatPath(["git-gate", "repos", "a.b", "url"])).toBe('git-gate.repos["a.b"].url');
    expect(formatPath([])).toBe("");
  });

  it("measures its height", () => {
    expect(heightOf(tree)).toBe(4);
    expect(heightOf(treeOf("a: 1\n"))).toBe(1);
  });
});
