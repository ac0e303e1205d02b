import { describe, expect, it } from "@jest/globals";
import { mergeBottles, withoutRemovals } from "../../../src/manifest/merge.ts";
import { formatPlace } from "../../../src/manifest/place.ts";
import { placeAt, toPlain } from "../../../src/manifest/tree.ts";
import { treeOf } from "./support/bottle.ts";

function merged(...layers: string[]): unknown {
  return toPlain(withoutRemovals(layers.map((layer) => treeOf(layer)).reduce(mergeBottles)));
}

describe("mergeBottles", () => {
  it("merges env by name, the later one wins", () => {
    expect(merged("env: { A: 1, B: 2 }", "env: { B: 3, C: 4 }")).toEqual({ env: { A: 1, B: 3, C: 4 } });
  });

  it("merges the git identity by field", () => {
    expect(merged("git-gate: { user: { name: a, email: a@b } }", "git-gate: { user: { name: c } }")).toEqual({
      "git-gate": { user: { name: "c", email: "a@b" } },
    });
  });

  it("merges repositories by name, then by field, the key as one field", () => {
    expect(
      merged(
        "git-gate: { repos: { a: { url: u, key: { provider: static, path: p } }, b: { url: v } } }",
        "git-gate: { repos: { a: { key: { provider: github, forge_token_env: T } }, c.d: { key: { provider: static } } } }",
        "git-gate: { repos: { a: { host_key: h }, c.d: { key: { path: q } } } }",
      ),
    ).toEqual({
      "git-gate": {
        repos: {
          a: { url: "u", key: { provider: "github", forge_token_env: "T" }, host_key: "h" },
          b: { url: "v" },
          "c.d": { key: { path: "q" } },
        },
      },
    });
  });

  it("clears repositories by {} and goes on from there", () => {
    const repos = "git-gate: { repos: { a: { url: u } } }";
    expect(merged(repos, "git-gate: { repos: {} }")).toEqual({ "git-gate": { repos: {} } });
    expect(merged(repos, "git-gate: { repos: {} }", "git-gate: { repos: { b: { url: v } } }")).toEqual({
      "git-gate": { repos: { b: { url: "v" } } },
    });
    expect(merged("env: { A: 1 }", "env: {}")).toEqual({ env: { A: 1 } });
  });

  it("concatenates routes and presets", () => {
    expect(
      merged("egress: { presets: [npm], routes: [{ host: a }] }", "egress: { presets: [go], routes: [{ host: b }] }"),
    ).toEqual({ egress: { presets: ["npm", "go"], routes: [{ host: "a" }, { host: "b" }] } });
  });

  it("takes scalars and the whole provider from the last one", () => {
    expect(
      merged(
        "agent_provider: { template: claude, auth_token: A, settings: { x: 1 } }\negress: { log: 1 }\nresources: { cpus: 1, pids: 99 }",
        "agent_provider: { template: codex }\negress: { log: 2 }\nresources: { cpus: 2 }",
      ),
    ).toEqual({ agent_provider: { template: "codex" }, egress: { log: 2 }, resources: { cpus: 2, pids: 99 } });
  });

  it("removes by null what was inherited, and only that", () => {
    const all = [
      "env: { A: 1, B: 2 }",
      "agent_provider: { template: codex }",
      "git-gate: { user: { name: n, email: e }, repos: { a: { url: u }, b: { url: v, host_key: h } } }",
      "egress: { log: 2, presets: [npm], routes: [{ host: a }], upstream: { proxy: p, network: n } }",
    ].join("\n");
    expect(
      merged(
        all,
        [
          "env: { A: null, NEVER_THERE: null }",
          "agent_provider: null",
          "git-gate: { user: { name: null }, repos: { a: null, b: { host_key: null } } }",
          "egress: { log: null, presets: null, upstream: { network: null } }",
        ].join("\n"),
      ),
    ).toEqual({
      env: { B: 2 },
      "git-gate": { user: { email: "e" }, repos: { b: { url: "v" } } },
      egress: { routes: [{ host: "a" }], upstream: { proxy: "p" } },
    });
    expect(merged(all, "egress: null\ngit-gate: null")).toEqual({
      env: { A: 1, B: 2 },
      agent_provider: { template: "codex" },
    });
  });

  it("brings nothing back after a removal", () => {
    expect(merged("env: { A: 1 }", "env: null", "env: { B: 2 }")).toEqual({ env: { B: 2 } });
    expect(
      merged("egress: { routes: [{ host: a }] }", "egress: { routes: null }", "egress: { routes: [{ host: b }] }"),
    ).toEqual({ egress: { routes: [{ host: "b" }] } });
  });

  it("leaves nulls alone inside what is replaced as a whole", () => {
    const yaml = "agent_provider: { settings: { a: null } }\negress: { routes: [{ host: a, auth: null }] }";
    expect(merged(yaml)).toEqual(toPlain(treeOf(yaml)));
  });

  it("keeps the place of every value", () => {
    const tree = mergeBottles(treeOf("env: { A: 1, B: 2 }", "/p.md"), treeOf("env: { B: 3 }", "/c.md"));
    expect(formatPlace(placeAt(tree, ["env", "A"]))).toBe("/p.md:1:11");
    expect(formatPlace(placeAt(tree, ["env", "B"]))).toBe("/c.md:1:11");
  });
});
