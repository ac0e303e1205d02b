import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { lookupNames } from "../../../src/completion/lookup.ts";
import { testContext } from "../support/context.ts";

describe("lookupNames", () => {
  it("finds agents of home and repository, bottles, slugs and backends, broken or not", async () => {
    using context = testContext();
    const { home, env, cwd } = context;
    for (const dir of [home.agents, home.bottles, join(cwd, ".bot-bottle/agents"), home.state("dev-abcde" as never)]) {
      mkdirSync(dir, { recursive: true });
    }
    writeFileSync(join(home.agents, "dev.md"), "no frontmatter");
    writeFileSync(join(home.bottles, "web.md"), "");
    writeFileSync(join(cwd, ".bot-bottle/agents/shipped.md"), "");
    writeFileSync(join(cwd, ".bot-bottle/agents/$(touch x).md"), "");
    expect(await lookupNames("agent", env, cwd)).toEqual(["dev", "shipped"]);
    expect(await lookupNames("bottle", env, cwd)).toEqual(["web"]);
    expect(await lookupNames("slug", env, cwd)).toEqual(["dev-abcde"]);
    expect(await lookupNames("backend", env, cwd)).toEqual(["docker"]);
  });

  it("finds nothing in an empty place", async () => {
    using context = testContext();
    expect(await lookupNames("agent", context.env, context.cwd)).toEqual([]);
    expect(await lookupNames("slug", context.env, context.cwd)).toEqual([]);
  });
});
