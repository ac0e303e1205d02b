import { describe, expect, it } from "@jest/globals";
import { stripResponseHeaders } from "../../../src/policy/response-headers.ts";
import { sampleRoute } from "./samples.ts";

const auth = { header: "x-api-key", secret: { source: "env", name: "K" }, wildcard: false } as const;

describe("stripResponseHeaders", () => {
  it("removes hop-by-hop headers, those that Connection names, and other ways to the upstream", () => {
    const kept = [["content-type", "text/plain"], ["Set-Cookie", "a=b"], ["content-length", "3"]] as const; // prettier-ignore
    const removed = ["Connection", "keep-alive", "transfer-encoding", "proxy-authenticate", "upgrade", "Alt-Svc", "alternate-protocol", "x-hop", ":status"]; // prettier-ignore
    const headers = [
      ["connection", "X-Hop, content-length"] as const,
      ...removed.map((name) => [name, "x"] as const),
      ...kept,
    ];
    expect(stripResponseHeaders(sampleRoute(), headers)).toEqual(kept);
  });

  it("removes cookies where a credential was injected", () => {
    const headers = [["set-cookie", "session=1"], ["Set-Cookie2", "x"], ["etag", "y"]] as const; // prettier-ignore
    expect(stripResponseHeaders(sampleRoute({ auth }), headers)).toEqual([["etag", "y"]]);
  });
});
