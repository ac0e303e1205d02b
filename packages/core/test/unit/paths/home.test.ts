import { homedir } from "node:os";
import { describe, expect, it } from "@jest/globals";
import type { Slug } from "../../../src/bottle/slug.ts";
import { homePaths, resolveHome } from "../../../src/paths/home.ts";

describe("homePaths", () => {
  it("puts everything below its root", () => {
    const home = homePaths("/h/.bot-bottle");
    const slug = "reviewer-abcde" as Slug;
    expect([home.state(slug), home.audit(slug), home.auditSeal(slug)]).toEqual([
      "/h/.bot-bottle/state/reviewer-abcde",
      "/h/.bot-bottle/audit/reviewer-abcde.jsonl",
      "/h/.bot-bottle/audit/reviewer-abcde.seal.json",
    ]);
    const paths = Object.values({ ...home, root: "/h/.bot-bottle/" }).filter((path) => typeof path === "string");
    expect(paths.filter((path) => !path.startsWith("/h/.bot-bottle/"))).toEqual([]);
  });
});

describe("resolveHome", () => {
  it.each([
    [{ BOT_BOTTLE_HOME: "/elsewhere", HOME: "/home/me" }, "/elsewhere"],
    [{ HOME: "/home/me" }, "/home/me/.bot-bottle"],
    [{ BOT_BOTTLE_HOME: "", HOME: "/home/me" }, "/home/me/.bot-bottle"],
    [{}, `${homedir()}/.bot-bottle`],
    [{ HOME: "" }, `${homedir()}/.bot-bottle`],
    [{ BOT_BOTTLE_HOME: "mine/.." }, process.cwd()],
  ])("of %p is %s", (env, root) => {
    expect(resolveHome(env).root).toBe(root);
  });
});
