import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { classifyGit, lfsOperation } from "../../../src/policy/git-http.ts";
import { anyText } from "./samples.ts";

describe("classifyGit", () => {
  it.each([
    ["GET", "/acme/x.git/info/refs?service=git-upload-pack", "fetch"],
    ["GET", "/acme/x/info/refs", "fetch"],
    ["POST", "/acme/x.git/git-upload-pack", "fetch"],
    ["POST", "/acme/x.git/git-upload-archive", "fetch"],
    ["GET", "/acme/x.git/info/lfs/objects/abc", "fetch"],
    ["GET", "/acme/x.git/info/lfs/locks", "fetch"],
    ["GET", "/acme/x.git/info/refs?service=git-receive-pack", "push"],
    ["GET", "/acme/x.git/info/refs?service=git-upload-pack&service=git-receive-pack", "push"],
    ["GET", "/acme/x.git/info/refs?service=git-upload-pack&a=b;service=git-receive-pack", "push"],
    ["GET", "/acme/x.git/info/refs?service=git%2Dreceive%2Dpack", "push"],
    ["GET", "/acme/x.git/info/refs?service=git%252Dreceive-pack", "push"],
    ["GET", "/acme/x.git/info/refs?%73ervice=GIT-RECEIVE-PACK", "push"],
    ["GET", "/acme/x.git/info/refs?a?service=git-receive-pack", "push"],
    ["POST", "/acme/x.git/git-receive-pack", "push"],
    ["GET", "/acme/x.git/git-receive-pack", "push"],
    ["POST", "/acme/x.git/git-receive-pack/", "push"],
    ["POST", "/acme/x.git/git-receive-pack;x=1", "push"],
    ["POST", "/acme/x.git/git-receive-pack?service=git-upload-pack", "push"],
    ["POST", "/acme/x.git/git%2Dreceive-pack", "push"],
    ["POST", "/acme/x.git/git%252Dreceive-pack", "push"],
    ["POST", "/acme/x.git%2Fgit-receive-pack", "push"],
    ["POST", "/acme/x.git\\git-receive-pack", "push"],
    ["POST", "/acme/x.git/Git-Receive-Pack", "push"],
    ["POST", "/acme/x.git/git-receive-pack%3Fx", "push"],
    ["GET", "/acme/x.git/info%2Frefs?service=git-receive-pack", "push"],
    ["GET", "/acme/x.git/info//refs?service=git-receive-pack", "push"],
    ["PUT", "/acme/x.git/info/refs", "push"],
    ["LOCK", "/acme/x.git/info/refs", "push"],
    ["POST", "/acme/x.git/info/lfs/objects/batch", "lfs-batch"],
    ["POST", "/acme/x.git/info/lfs/objects%2Fbatch", "lfs-upload"],
    ["POST", "/custom/objects/batch", "lfs-batch"],
    ["PUT", "/acme/x.git/info/lfs/objects/abc/12", "lfs-upload"],
    ["PUT", "/acme/x.git/gitlab-lfs/objects/abc/12", "lfs-upload"],
    ["PATCH", "/storage/lfs/objects/ab/cd/abcd", "lfs-upload"],
    ["POST", "/acme/x.git/info/lfs/verify", "lfs-upload"],
    ["POST", "/acme/x.git/info/lfs/locks", "lfs-upload"],
    ["PUT", "/acme/x.git/info%2Flfs/objects/abc", "lfs-upload"],
    ["GET", "/", undefined],
    ["POST", "/v1/messages", undefined],
    ["GET", "/repos/acme/x/git/refs", undefined],
    ["GET", "/repos/acme/x/git/refs?service=git-receive-pack", undefined],
    ["GET", "/acme/git-receive-packs", undefined],
    ["GET", "/custom/objects/batch", undefined],
    ["GET", "/a/../git-receive-pack", undefined],
  ])("%s %s is %s", (method, target, expected) => {
    expect(classifyGit(method, target)).toBe(expected);
  });

  it("never throws, and never misses a push in another spelling of its path", () => {
    const spell = (text: string): fc.Arbitrary<string> =>
      fc.array(fc.nat(3), { minLength: text.length, maxLength: text.length }).map((levels) =>
        Array.from(text, (character, index) => {
          const code = character.charCodeAt(0).toString(16);
          return [character, character.toUpperCase(), `%${code}`, `%25${code}`][levels[index] ?? 0];
        }).join(""),
      );
    fc.assert(
      fc.property(spell("git-receive-pack"), fc.constantFrom("/", "//", "%2f", "\\"), (service, slash) => {
        expect(classifyGit("POST", `/acme/x.git${slash}${service}`)).toBe("push");
      }),
    );
    fc.assert(
      fc.property(fc.string(), anyText, (method, target) => {
        expect([undefined, "fetch", "push", "lfs-batch", "lfs-upload"]).toContain(classifyGit(method, target));
      }),
    );
  });
});

describe("lfsOperation", () => {
  it.each([
    ['{"operation":"download","objects":[]}', "download"],
    ['{"objects":[{"oid":"operation"}],"operation" : "download"}', "download"],
    ['{"operation":"upload"}', "upload"],
    ['{"\\u006fperation":"download"}', "download"],
    ['{"operation":"download","operation":"upload"}', undefined],
    ['{"operation":"upload","operation":"download"}', undefined],
    ['{"operation":"download","\\u006fperation":"upload"}', undefined],
    ['{"operation":"download","Operation":"upload"}', undefined],
    ['{"operation":"download","x":{"operation":"upload"}}', undefined],
    ['{"Operation":"download"}', undefined],
    ['{"operation":"Download"}', undefined],
    ['{"operation":["download"]}', undefined],
    ['{"operation":"download"', undefined],
    ['[{"operation":"download"}]', undefined],
    ['"operation"', undefined],
    ["null", undefined],
    ["", undefined],
    ['\ufeff{"operation":"download"}', undefined],
  ])("%s: %s", (body, expected) => {
    expect(lfsOperation(body)).toBe(expected);
  });

  it("never throws, and reads what JSON.stringify writes", () => {
    fc.assert(
      fc.property(anyText, (body) => {
        expect([undefined, "download", "upload"]).toContain(lfsOperation(body));
      }),
    );
    const free = fc.dictionary(
      fc.string().filter((key) => key !== "__proto__" && key.toLowerCase() !== "operation"),
      anyText,
    );
    fc.assert(
      fc.property(free, fc.constantFrom("download", "upload"), (rest, operation) => {
        expect(lfsOperation(JSON.stringify({ ...rest, operation }))).toBe(operation);
      }),
    );
  });

  it("is linear in the length of the body", () => {
    const started = performance.now();
    lfsOperation(JSON.stringify({ operation: "download", objects: ['\\"'.repeat(500_000)] }));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
