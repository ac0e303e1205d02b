import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { stringify } from "yaml";
import { AGENT_KIND } from "../../../src/manifest/agent-kind.ts";
import { chainBottles } from "../../../src/manifest/bottle-chain.ts";
import { BOTTLE_KIND } from "../../../src/manifest/bottle-kind.ts";
import { buildSpec } from "../../../src/manifest/build-spec.ts";
import type { FoundFile } from "../../../src/manifest/discover.ts";
import { validateBottle } from "../../../src/manifest/generated/validators.mjs";
import { ManifestError } from "../../../src/manifest/manifest-error.ts";
import { mergeBottles, withoutRemovals } from "../../../src/manifest/merge.ts";
import { readConfig } from "../../../src/manifest/read-config.ts";
import { parseManifest, readManifest } from "../../../src/manifest/read-manifest.ts";
import { type MapNode, toPlain } from "../../../src/manifest/tree.ts";
import { snippetForHost } from "../../../src/policy/snippet.ts";
import { bottleData, looseData } from "./support/arbitrary-bottle.ts";
import { bottleIssues, treeOf } from "./support/bottle.ts";
import { makeHome } from "./support/home.ts";

const CONTEXT = { userHome: "/home/me", warnings: [] };
const VALID = [
  "---",
  "extends: [base]",
  "env: { A: '${HOME}', B: \"?Say\", C: null }",
  "agent_provider:",
  "  template: codex",
  "  auth_token: file:~/token",
  "egress:",
  "  upstream: { proxy: 'http://p:1', proxy_auth_ref: P }",
  "  routes:",
  "    - &r { host: '*.example.com', matches: [{ paths: [{ type: prefix, value: /a }], methods: [GET] }] }",
  "    - { host: a.example, auth: { scheme: Bearer, token_ref: T }, allow_private: [10.0.0.0/8] }",
  "resources: { cpus: 1.5, memory: 8GiB }",
  "---",
  "notes",
].join("\n");

/** Runs what may be refused; anything thrown but a ManifestError with sane places fails the test. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    expect(error.code).toMatch(/^BB_(MANIFEST|CONFIG)_/);
    for (const { line, column } of error.issues) expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
    return undefined;
  }
}

function specOf(effective: MapNode): unknown {
  const agent = { name: "me", file: "/me.md", origin: "home", prompt: "" } as const;
  return buildSpec({ agent, skills: [], bottles: [], effective, ...CONTEXT, cwd: "/", copyCwd: false, warnings: [] });
}

/** Whatever the loader takes, the schema takes; and what follows refuses with a code or gives plain data. */
function checkText(text: string): void {
  attempt(() => parseManifest(text, "/a.md", AGENT_KIND, CONTEXT));
  const bottle = attempt(() => parseManifest(text, "/b.md", BOTTLE_KIND, CONTEXT));
  if (bottle === undefined) return;
  expect(validateBottle(toPlain(bottle.tree))).toBe(true);
  const spec = attempt(() => specOf(withoutRemovals(bottle.tree)));
  if (spec !== undefined) expect(structuredClone(spec)).toEqual(spec);
}

function merge(layers: readonly MapNode[]): MapNode {
  return layers.reduce(mergeBottles);
}

const layer = bottleData.map((data) => treeOf(stringify(data)));

describe("the loader", () => {
  it("takes the manifest that the mutations begin with", () => {
    expect(parseManifest(VALID, "/b.md", BOTTLE_KIND, CONTEXT).body).toBe("notes");
  });

  it("refuses or takes any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), checkText), { numRuns: 300 });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from("-:[]{}&*!|>'\"%@`# \n\tab?,~<")) }), (yaml) => {
        checkText(`---\n${yaml}\n---\n`);
      }),
      { numRuns: 300 },
    );
  });

  it("refuses or takes any bytes of a file", () => {
    const files = makeHome();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, hasFence) => {
        const text = Buffer.concat([Buffer.from(hasFence ? "---\n" : ""), bytes]);
        const file = files.write("agents/x.md", "");
        const found: FoundFile = { name: "x", file, origin: "home", folder: files.home.agents };
        files.write("agents/x.md", text as unknown as string);
        attempt(() => readManifest(found, AGENT_KIND, CONTEXT));
        attempt(() => readConfig(file, "/home/me"));
      }),
      { numRuns: 200 },
    );
  });

  it("refuses or takes data of any shape", () => {
    fc.assert(
      fc.property(looseData, (data) => {
        checkText(`---\n${stringify(data)}\n---\n`);
      }),
      { numRuns: 300 },
    );
  });

  it("refuses or takes a valid manifest with a cut, an insertion or a swapped piece", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom("\n", "\t", ": ", "- ", "*r", "<<: *r\n", "!!x ", "---\n", "null", "{", "]"),
    );
    const edit = fc.record({ at: fc.nat(VALID.length), length: fc.nat(12), piece });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        checkText(
          edits.reduce((text, { at, length, piece: by }) => text.slice(0, at) + by + text.slice(at + length), VALID),
        );
      }),
      { numRuns: 400 },
    );
  });
});

describe("merging", () => {
  it("is associative, places included", () => {
    fc.assert(
      fc.property(layer, layer, layer, (a, b, c) => {
        const left = mergeBottles(mergeBottles(a, b), c);
        const right = mergeBottles(a, mergeBottles(b, c));
        expect(toPlain(withoutRemovals(left))).toEqual(toPlain(withoutRemovals(right)));
        expect(JSON.stringify(left, entriesOf)).toBe(JSON.stringify(right, entriesOf));
      }),
      { numRuns: 300 },
    );
  });

  it("gives a bottle that the schema takes again, without removals", () => {
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 4 }), (layers) => {
        const plain = toPlain(withoutRemovals(merge(layers))) as { env?: Record<string, unknown> };
        expect(validateBottle(plain)).toBe(true);
        expect(Object.values(plain.env ?? {})).not.toContain(null);
        attempt(() => specOf(withoutRemovals(merge(layers))));
      }),
      { numRuns: 200 },
    );
  });

  it("changes nothing when a bottle is merged with an empty one", () => {
    fc.assert(
      fc.property(layer, (tree) => {
        const plain = toPlain(withoutRemovals(tree));
        expect(toPlain(withoutRemovals(mergeBottles(tree, treeOf(""))))).toEqual(plain);
        expect(toPlain(withoutRemovals(mergeBottles(treeOf(""), tree)))).toEqual(plain);
      }),
    );
  });

  it("removes by null whatever came before", () => {
    const removal = treeOf("env: { A: null }\ngit-gate: { repos: { a: null } }\negress: { routes: null }");
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 3 }), (layers) => {
        expect(toPlain(withoutRemovals(merge([...layers, removal])))).not.toMatchObject({
          env: { A: expect.anything() },
        });
        const tree = withoutRemovals(merge([...layers, removal]));
        expect(toPlain(tree)).not.toHaveProperty(["git-gate", "repos", "a"]);
        expect(toPlain(tree)).not.toHaveProperty(["egress", "routes"]);
      }),
    );
  });
});

describe("the order of bottles", () => {
  it("has every ancestor once and before its children", () => {
    const parents = fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(parents, (lists) => {
        const extendsOf = lists.map((list, index) => [...new Set(list)].filter((parent) => parent < index));
        const file = (index: number): FoundFile => ({
          name: `b${index}`,
          file: `/b${index}.md`,
          origin: "home",
          folder: "/",
        });
        const order = chainBottles([{ name: `b${lists.length - 1}` }], {
          bottles: new Map(lists.map((_, index) => [`b${index}`, file(index)])),
          load: ({ name }) =>
            treeOf(stringify({ extends: extendsOf[Number(name.slice(1))]?.map((parent) => `b${parent}`) })),
        }).map((bottle) => Number(bottle.file.name.slice(1)));
        expect(new Set(order).size).toBe(order.length);
        for (const [at, index] of order.entries()) {
          for (const parent of extendsOf[index] ?? []) expect(order.slice(0, at)).toContain(parent);
        }
      }),
    );
  });
});

describe("lines that a refusal proposes", () => {
  it("are taken", () => {
    const path = fc.webPath({ size: "small" }).map((suffix) => `/${suffix.replace(/^\/+/, "")}`);
    fc.assert(
      fc.property(
        path,
        fc.constantFrom("GET", "PROPFIND", "M-SEARCH"),
        fc.constantFrom(443, 8443),
        (value, method, port) => {
          const match = { methods: [method], paths: [{ type: "exact", value } as const], headers: [] };
          const snippet = snippetForHost({ scheme: "https", host: "a.example", port }, { matches: [match] });
          const issues = bottleIssues(`egress:\n${(snippet ?? "").replace(/^/gm, "  ")}`);
          expect(issues.filter((issue) => !issue.includes("can never match"))).toEqual([]);
        },
      ),
    );
  });
});

function entriesOf(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...(value as Map<string, unknown>)] : value;
}
