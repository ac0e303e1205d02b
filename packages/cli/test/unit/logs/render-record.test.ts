import { describe, expect, it } from "@jest/globals";
import { renderRecord } from "../../../src/logs/render-record.ts";

const AT = "2026-11-21T13:55:00.332Z";
const render = (record: object): string => renderRecord(JSON.stringify({ at: AT, ...record })).slice(AT.length + 2);

describe("renderRecord", () => {
  it.each([
    [{ type: "start" }, "start"],
    [{ type: "end", count: 4 }, "end  (4 records before it)"],
    [
      { type: "request", status: 200, method: "GET", host: "a.example", port: 443, path: "/x", query: ["q", "r"] },
      "200 GET a.example/x?q&r",
    ],
    [
      { type: "request", method: "GET", host: "a.example", port: 8443, path: "/", aborted: "client" },
      "- GET a.example:8443/  (client)",
    ],
    [
      { type: "refusal", method: "PUT", host: "b.example", path: "/", code: "no_match" },
      "refused PUT b.example/  (no_match)",
    ],
    [
      { type: "refusals", count: 3, host: "b.example", code: "no_match" },
      "refused b.example  (no_match, 3 more requests)",
    ],
    [
      { type: "refusals", count: 1, host: "b.example", code: "provider_quiet", quiet: true },
      "refused b.example  (provider_quiet, 1 request)",
    ],
    [{ type: "dns", outcome: "denied", count: 2, name: "c.example" }, "DNS refused c.example  (2 questions)"],
    [{ type: "dns", outcome: "over_rate", count: 1, name: "(other)" }, "DNS too many at once (other)  (1 question)"],
    [{ type: "something-new" }, "something-new"],
  ])("%j", (record, text) => {
    expect(render(record)).toBe(text);
  });

  it("shows a line that is no record as it is, and nothing that a terminal would obey", () => {
    expect(renderRecord("not JSON \u001b[2J")).toBe("not JSON \\u{1b}[2J");
    expect(render({ type: "refusal", host: "x", path: "/\u001b]52;c;x\u0007" })).not.toContain("\u001b");
  });
});
