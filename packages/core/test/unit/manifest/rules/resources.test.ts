import { describe, expect, it } from "@jest/globals";
import { readResources } from "../../../../src/manifest/rules/resources.ts";
import { readContext, sectionOf } from "../support/bottle.ts";

describe("readResources", () => {
  it("gives bytes, and nothing for what is not written", () => {
    const resources = sectionOf("cpus: 1.5\nmemory: 8GiB\npids: 512\ndisk: 1073741824");
    expect(readResources(resources, readContext())).toEqual({
      cpus: 1.5,
      memoryBytes: 8 * 1024 ** 3,
      pids: 512,
      diskBytes: 1024 ** 3,
    });
    expect(readResources(sectionOf("memory: null"), readContext())).toEqual({});
  });
});
