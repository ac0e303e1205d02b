import { mkdirSync, writeFileSync } from "node:fs";
import { AuditChain, genesisHead, type Slug, takeLock } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { run } from "../../../src/commands/logs.ts";
import { commandInput, type TestContext, testContext } from "../support/context.ts";

const SLUG = "dev-abcde" as Slug;
const LAUNCH = { slug: SLUG, nonce: "n".repeat(32) };

function writeTrail({ home }: TestContext, ...change: readonly string[]): void {
  const line = new AuditChain(genesisHead(LAUNCH)).append({ type: "lost", fromSeq: 0, count: 0 }, new Date());
  mkdirSync(home.auditRoot, { recursive: true });
  mkdirSync(home.state(SLUG), { recursive: true });
  writeFileSync(home.audit(SLUG), [line, ...change, ""].join("\n"));
  writeFileSync(home.auditSeal(SLUG), JSON.stringify(LAUNCH));
}

const verify = async (context: TestContext) =>
  await run(context, commandInput({ arguments: { slug: SLUG }, switches: new Set(["verify"]) }));

describe("logs --verify", () => {
  it("does not call a trail broken because its bottle still runs", async () => {
    using context = testContext();
    writeTrail(context);
    expect(await verify(context)).toMatchObject({ exitCode: 1, text: expect.stringContaining("without its end") });
    const release = await takeLock(context.home.state(SLUG));
    const { exitCode = 0, text, json } = await verify(context);
    expect([exitCode, text]).toEqual([0, "whole so far: 1 record; the bottle still runs\n"]);
    expect(json).toMatchObject({ ok: true, ended: false, records: 1, issues: [] });
    await release();
  });

  it("finds what is amiss in the trail of a bottle that runs", async () => {
    using context = testContext();
    writeTrail(context, "not a record");
    const release = await takeLock(context.home.state(SLUG));
    expect(await verify(context)).toMatchObject({ exitCode: 1, text: expect.stringContaining(":2: ") });
    await release();
  });
});
