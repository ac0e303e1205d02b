import { describe, expect, it } from "@jest/globals";
import { parseSize } from "../../../../src/manifest/rules/size.ts";

describe("parseSize", () => {
  it.each([
    ["8GiB", 8 * 1024 ** 3],
    ["512MiB", 512 * 1024 ** 2],
    ["1.5 GB", 1.5e9],
    ["1KiB", 1024],
    ["2TB", 2e12],
    ["0.0001KB", undefined],
    ["0GiB", undefined],
    ["8G", undefined],
    ["8gib", undefined],
    ["GiB", undefined],
    ["-1GiB", undefined],
    ["1e3GiB", undefined],
    ["9999999999TiB", undefined],
    [1024, 1024],
    [0, undefined],
    [1.5, undefined],
    [2 ** 60, undefined],
  ])("%p is %p bytes", (size, bytes) => {
    expect(parseSize(size)).toBe(bytes);
  });
});
