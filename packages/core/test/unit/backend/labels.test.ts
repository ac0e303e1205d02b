import { describe, expect, it } from "@jest/globals";
import { labelsOf, readLabels } from "../../../src/backend/labels.ts";
import { SLUG } from "../../support/sample-metadata.ts";

const IDENTITY = {
  slug: SLUG,
  role: "agent",
  version: "1.2.3",
  owner: "0".repeat(32),
  nonce: "1".repeat(32),
  created: "2026-11-21T12:00:00.000Z",
} as const;

describe("labels", () => {
  it("say what a thing is and whose, under one prefix", () => {
    expect(labelsOf(IDENTITY)).toEqual({
      "dev.bot-bottle.slug": "reviewer-abcde",
      "dev.bot-bottle.role": "agent",
      "dev.bot-bottle.version": "1.2.3",
      "dev.bot-bottle.owner": "0".repeat(32),
      "dev.bot-bottle.nonce": "1".repeat(32),
      "dev.bot-bottle.created": "2026-11-21T12:00:00.000Z",
    });
  });

  it("are read back, and other people's are left out", () => {
    const foreign = { "com.example.slug": "x", "dev.bot-bottle": "x", "xdev.bot-bottle.slug": "x" };
    expect(readLabels({ ...labelsOf(IDENTITY), ...foreign })).toEqual(IDENTITY);
    expect(readLabels(foreign)).toEqual({});
  });

  it("cannot be used to change what every object has", () => {
    const read = readLabels(
      JSON.parse('{"dev.bot-bottle.__proto__":"x","dev.bot-bottle.constructor":"x"}') as Record<string, string>,
    );
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});
