import { describe, expect, it } from "@jest/globals";
import type { SpecRoute } from "../../../src/bottle/spec.ts";
import { foldRoutes } from "../../../src/manifest/routes.ts";
import { readRoute } from "../../../src/manifest/rules/route.ts";
import { Section } from "../../../src/manifest/section.ts";
import { readContext, textsOf, treeOf } from "./support/bottle.ts";

/** Folds routes, each from a file of its own: `/0.md`, `/1.md` … */
function fold(...yamls: string[]): { readonly routes: readonly SpecRoute[]; readonly problems: string[] } {
  const context = readContext();
  const placed = yamls.map((yaml, index) => {
    const section = new Section(treeOf(yaml, `/${index}.md`), ["egress", "routes", index]);
    const route = readRoute(section, context);
    if (route === undefined || section.place === undefined) throw new Error(yaml);
    return { route, field: { value: undefined, place: section.place, key: section.key } };
  });
  expect(context.issues.isEmpty()).toBe(true);
  const routes = foldRoutes(placed, context.issues);
  return { routes, problems: textsOf(context.issues) };
}

describe("foldRoutes", () => {
  it("keeps routes of different hosts and ports apart, in order", () => {
    const { routes, problems } = fold("host: a.example", "host: '*.a.example'", "host: a.example\nport: 8443");
    expect(routes.map(({ id }) => id)).toEqual(["a.example:443", "*.a.example:443", "a.example:8443"]);
    expect(problems).toEqual([]);
  });

  it("refuses two for one host and names both places", () => {
    const { problems } = fold("host: a.example", "host: A.Example.\nport: 443");
    expect(problems).toEqual(['1:1: "egress.routes[1]" is a second entry for "a.example:443", after /0.md:1:1']);
  });

  it("replaces by an override only what it writes", () => {
    const { routes, problems } = fold(
      "host: a.example\nauth: { token_ref: T }\nmatches: [{ methods: [GET] }]\nallow_private: [10.0.0.0/8]",
      "host: a.example\noverride: true\nmatches: [{ methods: [POST] }]\nagent_credentials: true",
    );
    expect(problems).toEqual([]);
    expect(routes).toMatchObject([
      {
        id: "a.example:443",
        auth: { header: "authorization", secret: { name: "T" } },
        matches: [{ methods: ["POST"] }],
        agentCredentials: true,
        allowPrivate: ["10.0.0.0/8"],
        override: false,
        from: "/0.md:1:1, /1.md:1:1",
        written: ["host", "auth", "matches", "allowPrivate", "agentCredentials"],
      },
    ]);
  });

  it("removes a credential by an override with auth: null", () => {
    const { routes } = fold("host: a.example\nauth: { token_ref: T }", "host: a.example\noverride: true\nauth: null");
    expect(routes[0]).not.toHaveProperty("auth");
  });

  it("keeps an override that finds nothing, for a route of the provider, and folds a second one into it", () => {
    const { routes } = fold(
      "host: a.example\noverride: true\ngit: { fetch: true }",
      "host: a.example\noverride: true\nwebsocket: false",
    );
    expect(routes).toMatchObject([
      { override: true, git: { fetch: true }, websocket: false, written: ["host", "git", "websocket"] },
    ]);
  });

  it("refuses a third that does not override", () => {
    const { problems } = fold("host: a.example", "host: a.example\noverride: true", "host: a.example");
    expect(problems).toEqual([
      '1:1: "egress.routes[2]" is a second entry for "a.example:443", after /0.md:1:1, /1.md:1:1',
    ]);
  });
});
