import { describe, expect, it } from "@jest/globals";
import { renderRecord } from "../../../src/logs/render-record.ts";

const AT = "2026-11-21T13:55:00.332Z";
const render = (record: object): string => renderRecord(JSON.stringify({ at: AT, ...record })).slice(AT.length + 2);

describe("renderRecord", () => {
  it.each([
    [{ type: "start" }, "start"],
    [{ type: "end", count: 4 }, "end 4"],
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
    [{ type: "refusals", count: 3, host: "b.example", code: "no_match" }, "refused 3 more: b.example  (no_match)"],
    [{ type: "dns", outcome: "refused", count: 2, name: "c.example" }, "DNS refused 2: c.example"],
    [{ type: "something-new" }, "something-new"],
  ])("%j", (record, text) => {
    expect(render(record)).toBe(text);
  });

  it("shows a line that is no record as it is, and nothing that a terminal would obey", () => {
    expect(renderRecord("not JSON \u001b[2J")).toBe("not JSON \\u{1b}[2J");
    expect(render({ type: "refusal", host: "x", path: "/\u001b]52;c;x\u0007" })).not.toContain("\u001b");
  });
});
