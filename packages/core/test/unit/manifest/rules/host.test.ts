import { describe, expect, it } from "@jest/globals";
import { readHost } from "../../../../src/manifest/rules/host.ts";
import { readContext, sectionOf, textsOf } from "../support/bottle.ts";

function read(host: string): string {
  const context = readContext();
  return readHost(sectionOf(`host: "${host}"`).text("host"), context) ?? textsOf(context.issues).join("\n");
}

describe("readHost", () => {
  it.each([
    ["API.Example.COM.", "api.example.com"],
    ["*.Example.com", "*.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["s3.amazonaws.com", "s3.amazonaws.com"],
  ])("normalises %s", (written, host) => {
    expect(read(written)).toBe(host);
  });

  it.each([
    "*",
    "*.com",
    "*.co.uk",
    "co.uk",
    "*.s3.amazonaws.com",
    "*.*.example.com",
    "a.*.com",
    "1.2.3.4",
    "0300.1",
    "::1",
    "a b",
    "a_/b",
  ])("refuses %s", (written) => {
    expect(read(written)).toMatch(/^1:7: "host" (is not a host|is too wide): /);
  });
});
