import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { chooseBottles } from "../../../src/manifest/choose-bottle.ts";
import { DEFAULT_CONFIG } from "../../../src/manifest/config.ts";
import { ManifestError } from "../../../src/manifest/manifest-error.ts";
import { treeOf } from "./support/bottle.ts";
import { makeHome } from "./support/home.ts";

interface Question {
  readonly yaml?: string;
  readonly origin?: "home" | "repository";
  readonly asked?: readonly string[];
  /** path → bottle */
  readonly repositories?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

function choose({ yaml = "", origin = "repository", asked = [], repositories = {}, cwd = "/" }: Question): string {
  const entries = Object.entries(repositories).map(([path, bottle], index) => ({
    path,
    bottle,
    place: { path: "/config.yml", line: index + 1, column: 1 },
  }));
  try {
    return chooseBottles({
      agent: { name: "me", file: "/x/me.md", origin, folder: "/x" },
      agentTree: treeOf(yaml),
      asked,
      config: { ...DEFAULT_CONFIG, repositories: entries },
      cwd,
    })
      .map(({ name, place }) => (place === undefined ? name : `${name} ${place.path}:${place.line}`))
      .join(" ");
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    return `${error.code} ${error.message} ${error.hint ?? ""}`;
  }
}

describe("chooseBottles", () => {
  it("takes the command line's, in order, in place of everything else", () => {
    expect(choose({ origin: "home", yaml: "bottle: dev", asked: ["b", "a"] })).toBe("b a");
    expect(choose({ yaml: "bottle: dev", asked: ["safe"], repositories: { "/": "other" } })).toBe("safe");
  });

  it("takes a home agent's own", () => {
    expect(choose({ origin: "home", yaml: "bottle: dev" })).toBe("dev /h/bottles/b.md:1");
    expect(choose({ origin: "home", repositories: { "/": "other" } })).toMatch(/^BB_NO_BOTTLE .*bot-bottle init/);
  });

  it("does not let a repository choose", () => {
    expect(choose({ yaml: "bottle: strongest" })).toMatch(
      /^BB_REPO_AGENT_REFUSED .*"me" comes from this repository and asks for the bottle "strongest".*--bottle NAME.*config\.yml/,
    );
    expect(choose({})).toMatch(/^BB_NO_BOTTLE /);
  });

  it("takes config.yml's entry for the real path of the folder, whatever the agent asks for", () => {
    const { cwd, userHome } = makeHome();
    symlinkSync(cwd, join(userHome, "link"));
    const viaLink = join(userHome, "link");
    expect(choose({ yaml: "bottle: strongest", cwd, repositories: { [cwd]: "safe" } })).toBe("safe /config.yml:1");
    expect(choose({ cwd: viaLink, repositories: { "/nowhere": "x", [cwd]: "safe" } })).toBe("safe /config.yml:2");
    expect(choose({ cwd, repositories: { [viaLink]: "safe" } })).toBe("safe /config.yml:1");
    expect(choose({ yaml: "bottle: x", cwd, repositories: { [userHome]: "safe" } })).toMatch(/^BB_REPO_AGENT_REFUSED/);
    expect(choose({ yaml: "bottle: x", cwd: "/gone/1", repositories: { "/gone/2": "safe" } })).toMatch(/^BB_REPO/);
  });
});
