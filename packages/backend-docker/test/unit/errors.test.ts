import { BotBottleError, NameConflict } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { clockHint, engineError, engineMessage, removing } from "../../src/errors.ts";

const answer = (statusCode: number, message: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message}`), { statusCode, json: { message } });
const failed = (code: string): Error => Object.assign(new Error(`connect ${code} /var/run/docker.sock`), { code });

describe("engineError", () => {
  it.each([
    [answer(500, "write /var/lib/docker/tmp/x: no space left on device"), "BB_DISK_FULL"],
    [answer(507, "disk quota exceeded"), "BB_DISK_FULL"],
    [failed("ECONNREFUSED"), "BB_ENGINE_UNAVAILABLE"],
    [failed("ENOENT"), "BB_ENGINE_UNAVAILABLE"],
    [failed("ECONNRESET"), "BB_ENGINE_UNAVAILABLE"],
    [new Error("socket hang up"), "BB_ENGINE_UNAVAILABLE"],
    [failed("EACCES"), "BB_ENGINE_PERMISSION"],
    [answer(500, "something else"), "BB_ENGINE_ERROR"],
    [answer(403, "open /var/lib/x: permission denied"), "BB_ENGINE_ERROR"],
  ])("translates %s", (error, code) => {
    expect(engineError(error, "do it")).toMatchObject({ code, cause: error, hint: expect.any(String) });
  });

  it("leaves coded errors and name conflicts as they are", () => {
    const coded = new BotBottleError("BB_LAUNCH", "said before");
    const conflict = new NameConflict("taken");
    expect(engineError(coded, "do it")).toBe(coded);
    expect(engineError(conflict, "do it")).toBe(conflict);
  });

  it("says when a clock may be wrong", () => {
    const error = engineError(answer(500, "x509: certificate has expired or is not yet valid"), "fetch it");
    expect(error).toMatchObject({ hint: expect.stringContaining("clock") });
    expect(clockHint("E: Release file for http://deb is not valid yet (invalid for another 3d)")).toContain("clock");
    expect(clockHint("no such host")).toBeUndefined();
  });
});

describe("engineMessage", () => {
  it("is one line without control characters and credentials, of a bounded length", () => {
    const text = engineMessage(answer(500, "first\nsecond \u001b[31m https://user:secret@host/x"));
    expect(text).toMatch(/^first second .*https:\/\/\[redacted\]@host\/x$/);
    expect(text).not.toContain("\u001b");
    expect(engineMessage(answer(500, "x".repeat(10_000)))).toHaveLength(500);
  });
});

describe("removing", () => {
  it("takes what is gone already for removed", async () => {
    await removing("remove it", () => Promise.reject(answer(404, "no such container")));
    await expect(removing("remove it", () => Promise.reject(answer(500, "busy")))).rejects.toMatchObject({
      code: "BB_ENGINE_ERROR",
    });
  });
});
