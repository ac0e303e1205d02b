import { describe, expect, it } from "@jest/globals";
import { readGitIdentity } from "../../../../src/manifest/rules/git-identity.ts";
import { sectionOf } from "../support/bottle.ts";

describe("readGitIdentity", () => {
  it("gives each field with its place", () => {
    expect(readGitIdentity(sectionOf("name: Ada\nemail: ada@example.com"))).toEqual({
      name: { value: "Ada", from: "/h/bottles/b.md:1:7" },
      email: { value: "ada@example.com", from: "/h/bottles/b.md:2:8" },
    });
    expect(readGitIdentity(sectionOf("name: null"))).toEqual({});
  });
});
