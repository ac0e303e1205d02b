import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { stripQueryCredentials } from "../../../src/policy/query-credentials.ts";
import type { EgressRoute } from "../../../src/policy/route.ts";
import { anyText, sampleRoute } from "./samples.ts";

const plain = sampleRoute();
const injecting = sampleRoute({
  auth: { header: "authorization", scheme: "Bearer", secret: { source: "env", name: "T" }, wildcard: false },
});
const agents = sampleRoute({ agentCredentials: true });
const strip = (target: string, route: EgressRoute = plain, method = "GET"): string =>
  stripQueryCredentials(route, method, target);

describe("stripQueryCredentials", () => {
  it.each([
    ["/a", "/a"],
    ["/a?", "/a?"],
    ["/a?b=c&d", "/a?b=c&d"],
    ["/a?key=x", "/a"],
    ["/a?b=c&key=x&d=e", "/a?b=c&d=e"],
    ["/a?key=x&b=c", "/a?b=c"],
    ["/a?b=c;key=x;d=e", "/a?b=c;d=e"],
    ["/a?KEY=x", "/a"],
    ["/a?%6bey=x", "/a"],
    ["/a?%256bey=x", "/a"],
    ["/a?+key=x", "/a"],
    ["/a?key[]=x", "/a"],
    ["/a?key%5B0%5D=x", "/a"],
    ["/a?key", "/a"],
    ["/a?api_key=x&Api-Key=y&access_token=z", "/a"],
    ["/a?b=1&key=x&b=2&key=y", "/a?b=1&b=2"],
    ["/a?x=%2f+%zz&token=t", "/a?x=%2f+%zz"],
    ["/a?_method=DELETE&b=c", "/a?b=c"],
    ["/a?b==key=x", "/a?b==key=x"],
  ])("%s becomes %s", (target, expected) => {
    expect(strip(target)).toBe(expected);
  });

  it("lets a presigned URL read, where nothing is injected", () => {
    const target = "/o?X-Amz-Credential=a&X-Amz-Signature=b&x=y";
    expect(strip(target)).toBe(target);
    expect(strip(target, plain, "HEAD")).toBe(target);
    expect(strip(target, plain, "PUT")).toBe("/o?x=y");
    expect(strip(target, injecting)).toBe("/o?x=y");
  });

  it("leaves the agent's own where the route says so and injects nothing", () => {
    expect(strip("/a?key=x&sig=y", agents, "PUT")).toBe("/a?key=x&sig=y");
    expect(strip("/a?_method=PUT", agents)).toBe("/a");
    expect(strip("/a?key=x", { ...injecting, agentCredentials: true })).toBe("/a");
  });

  it("never throws, never touches the path, and leaves no key that it knows", () => {
    const unit = fc.constantFrom("key", "token", "=", "&", ";", "%6b", "a", "?", "+", "%26", "%");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit }), anyText), (query) => {
        const stripped = strip(`/p?${query}`);
        expect(stripped.split("?")[0]).toBe("/p");
        expect(strip(stripped)).toBe(stripped);
        for (const pair of stripped.slice(3).split(/[&;]/)) expect(pair).not.toMatch(/^(key|token)(=|$)/);
      }),
    );
  });
});
