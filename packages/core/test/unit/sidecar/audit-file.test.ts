import { readFileSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { AuditChain, genesisHead } from "../../../src/audit/chain.ts";
import { verifyTrail } from "../../../src/audit/verify.ts";
import { NameConflict } from "../../../src/backend/name-conflict.ts";
import { AuditFile } from "../../../src/sidecar/audit-file.ts";
import { tempDir } from "../../support/temp-home.ts";

const LAUNCH = { slug: "reviewer-abcde", nonce: "0123456789abcdef" };
const GENESIS = genesisHead(LAUNCH);

function lines(count: number, from = GENESIS): string[] {
  const chain = new AuditChain(from);
  return Array.from({ length: count }, (_, index) =>
    chain.append({ type: "secrets", keys: [`key ${index}`] }, new Date("2026-11-21T12:00:00Z")),
  );
}

const pathOf = (): string => join(tempDir(), "reviewer-abcde.jsonl");
const linesOf = (path: string): string[] => readFileSync(path, "utf8").trimEnd().split("\n");

describe("AuditFile", () => {
  it("keeps the lines in their order, in a file for its user alone, and knows the head", async () => {
    const path = pathOf();
    const failed = jest.fn();
    const file = await AuditFile.create(path, GENESIS, failed);
    expect(file.head).toEqual(GENESIS);
    const all = lines(50);
    for (const line of all) file.append([line]);
    const chain = new AuditChain(GENESIS);
    for (let index = 0; index < 50; index++)
      chain.append({ type: "secrets", keys: [`key ${index}`] }, new Date("2026-11-21T12:00:00Z"));
    expect(file.head).toEqual(chain.head);
    await file.close();
    expect(linesOf(path)).toEqual(all);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(failed).not.toHaveBeenCalled();
  });

  it("never adds to the trail of an earlier bottle", async () => {
    const path = pathOf();
    writeFileSync(path, "evidence\n");
    const error: unknown = await AuditFile.create(path, GENESIS, jest.fn()).catch((reason: unknown) => reason);
    expect(NameConflict.is(error)).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("evidence\n");
  });

  it("says that the home cannot be used", async () => {
    const path = join(tempDir(), "none", "x.jsonl");
    await expect(AuditFile.create(path, GENESIS, jest.fn())).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
    await expect(AuditFile.carryOn(path, GENESIS, jest.fn())).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });

  it.each<[string, unknown]>([
    ["text", "not json"],
    ["two lines", lines(2).join("\n")],
    ["a line end", `${lines(1)[0] ?? ""}\n`],
    ["a carriage return", `${lines(1)[0] ?? ""}\r`],
    ["nothing", undefined],
    ["a number", 7],
    ["no record", "{}"],
    ["null", "null"],
    ["a record without a number", JSON.stringify({ seq: "0" })],
    ["more than a record may have", JSON.stringify({ seq: 0, text: "x".repeat(9000) })],
  ])("does not take %s from a sidecar for a record", async (_title, line) => {
    const path = pathOf();
    const failed = jest.fn();
    const file = await AuditFile.create(path, GENESIS, failed);
    file.append([line, line]);
    await file.close();
    expect(readFileSync(path, "utf8")).toBe("");
    expect(file.head).toEqual(GENESIS);
    expect(failed).toHaveBeenCalledTimes(1);
  });

  it("tells of a full disk once, and keeps what comes after it readable", async () => {
    const path = pathOf();
    const failed = jest.fn();
    const file = await AuditFile.create(path, GENESIS, failed);
    const [first = "", second = "", third = ""] = lines(3);
    // The second line meets a full disk: half of it is there.
    const other = await open("/dev/null");
    const handles = Object.getPrototypeOf(other) as { appendFile(text: string): Promise<void> };
    await other.close();
    const append = jest.spyOn(handles, "appendFile");
    append.mockImplementationOnce(async function (this: typeof handles, text: string) {
      append.mockImplementationOnce(async () => {
        writeFileSync(path, second.slice(0, 20), { flag: "a" });
        throw Object.assign(new Error("made up"), { code: "ENOSPC" });
      });
      writeFileSync(path, text, { flag: "a" });
    });
    for (const line of [first, second, third]) file.append([line]);
    await file.close();
    expect(linesOf(path)).toEqual([first, second.slice(0, 20), third]);
    expect(failed.mock.calls).toEqual([[expect.objectContaining({ code: "ENOSPC" })]]);
    const report = verifyTrail(linesOf(path), LAUNCH);
    expect(report.issues.map(({ kind }) => kind)).toEqual(["unreadable", "missing", "no_end"]);
  });

  it("does not throw when it is closed", async () => {
    const failed = jest.fn();
    const file = await AuditFile.create(pathOf(), GENESIS, failed);
    await file.close();
    file.append(lines(1));
    await file.close();
    expect(failed).toHaveBeenCalledTimes(1);
  });
});

describe("AuditFile.carryOn", () => {
  it("begins where the trail of a killed process ends, without its half line", async () => {
    const path = pathOf();
    const all = lines(4);
    writeFileSync(path, `${all.slice(0, 2).join("\n")}\n${(all[2] ?? "").slice(0, 30)}`);
    const file = await AuditFile.carryOn(path, GENESIS, jest.fn());
    expect(file.head.count).toBe(2);
    file.append(all.slice(2));
    await file.close();
    expect(linesOf(path)).toEqual(all);
  });

  it.each(["", "half a line"])("begins at the start when the file holds %j", async (text) => {
    const path = pathOf();
    writeFileSync(path, text);
    const file = await AuditFile.carryOn(path, GENESIS, jest.fn());
    expect(file.head).toEqual(GENESIS);
    file.append(lines(1));
    await file.close();
    expect(linesOf(path)).toEqual(lines(1));
  });

  it("makes the file when there is none", async () => {
    const path = pathOf();
    const file = await AuditFile.carryOn(path, GENESIS, jest.fn());
    await file.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("counts by the records' numbers, so that lost ones leave a gap", async () => {
    const path = pathOf();
    const all = lines(6);
    writeFileSync(path, `${all.slice(0, 2).join("\n")}\n`);
    const file = await AuditFile.carryOn(path, GENESIS, jest.fn());
    file.append(all.slice(4));
    expect(file.head.count).toBe(6);
    await file.close();
  });
});
