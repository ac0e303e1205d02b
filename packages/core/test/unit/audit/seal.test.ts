import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { readSeal, removeTrail, writeSeal } from "../../../src/audit/seal.ts";
import { SLUG } from "../../support/sample-metadata.ts";
import { tempHome } from "../../support/temp-home.ts";

const LAUNCH = { slug: SLUG, nonce: "0123456789abcdef" };
const HEAD = { count: 3, hash: "a".repeat(64) };

function homeWithAudit() {
  const home = tempHome();
  mkdirSync(home.auditRoot, { recursive: true });
  return home;
}

describe("seal", () => {
  it("says what a trail began with, and at the end where it ended", async () => {
    const home = homeWithAudit();
    await writeSeal(home, LAUNCH);
    expect(await readSeal(home, SLUG)).toEqual(LAUNCH);
    await writeSeal(home, LAUNCH, HEAD);
    expect(await readSeal(home, SLUG)).toEqual({ ...LAUNCH, head: HEAD });
    expect(statSync(home.auditSeal(SLUG)).mode & 0o777).toBe(0o600);
    expect(readdirSync(home.auditRoot)).toEqual([`${SLUG}.seal.json`]);
  });

  it("keeps to itself what is not of a seal", async () => {
    const home = homeWithAudit();
    const metadata = { ...LAUNCH, caCertificate: "PEM", agent: "reviewer" };
    await writeSeal(home, metadata);
    expect(JSON.parse(readFileSync(home.auditSeal(SLUG), "utf8"))).toEqual(LAUNCH);
  });

  it.each([
    ["half of one", '{"slug":"reviewer-abcde","nonce":'],
    ["another bottle's", JSON.stringify({ ...LAUNCH, slug: "other-abcde" })],
    ["one without a nonce", JSON.stringify({ slug: SLUG })],
    ["one with a head that is none", JSON.stringify({ ...LAUNCH, head: { count: "3", hash: 7 } })],
    ["one with a head that counts backwards", JSON.stringify({ ...LAUNCH, head: { count: -1, hash: "a" } })],
    ["null", "null"],
  ])("knows no seal where %s is", async (_title, text) => {
    const home = homeWithAudit();
    writeFileSync(home.auditSeal(SLUG), text);
    expect(await readSeal(home, SLUG)).toBeUndefined();
  });

  it("never leaves the folder of trails", async () => {
    const home = homeWithAudit();
    await expect(writeSeal(home, { ...LAUNCH, slug: "../../x" })).rejects.toThrow(TypeError);
    expect(await readSeal(home, "../../x")).toBeUndefined();
    await removeTrail(home, "../../x");
  });

  it("does not take a failure for absence", async () => {
    const home = homeWithAudit();
    mkdirSync(home.auditSeal(SLUG));
    await expect(readSeal(home, SLUG)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
    await expect(writeSeal(home, LAUNCH)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });
});

describe("removeTrail", () => {
  it("removes trail and seal of one bottle", async () => {
    const home = homeWithAudit();
    await writeSeal(home, LAUNCH);
    for (const path of [home.audit(SLUG), `${home.auditRoot}/other-abcde.jsonl`]) writeFileSync(path, "x");
    await removeTrail(home, SLUG);
    expect(readdirSync(home.auditRoot)).toEqual(["other-abcde.jsonl"]);
    await removeTrail(home, SLUG);
    expect(existsSync(home.auditSeal(SLUG))).toBe(false);
  });
});
