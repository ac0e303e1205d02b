import { describe, expect, it } from "@jest/globals";
import { readUpstream } from "../../../../src/manifest/rules/upstream.ts";
import { readContext, sectionOf, textsOf } from "../support/bottle.ts";

describe("readUpstream", () => {
  it("reads everything, the proxy as an origin", () => {
    const upstream = sectionOf(
      "proxy: HTTP://Proxy.Corp:3128/\nproxy_auth_ref: file:proxy.pass\nca_file: ~/corp.pem\nnetwork: stack_default",
    );
    expect(readUpstream(upstream, readContext())).toEqual({
      proxy: { url: "http://proxy.corp:3128", from: "/h/bottles/b.md:1:8" },
      proxyAuth: { source: "file", name: "/h/bottles/proxy.pass" },
      caFile: { path: "/home/me/corp.pem", from: "/h/bottles/b.md:3:10" },
      network: { name: "stack_default", from: "/h/bottles/b.md:4:10" },
    });
  });

  it.each(["http://me@p:1", "http://me:sekrit@p:1", "http://:sekrit@p:1", "http://@p:1", "http://a%40b:sekrit@p:1"])(
    "refuses userinfo in %s and does not repeat it",
    (proxy) => {
      const context = readContext();
      expect(readUpstream(sectionOf(`proxy: "${proxy}"`), context)).toEqual({});
      expect(textsOf(context.issues).join()).toMatch(/^1:8: "proxy" must not hold a user or password/);
      expect(textsOf(context.issues).join()).not.toContain("sekrit");
    },
  );
});
