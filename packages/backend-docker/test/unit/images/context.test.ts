import { chmod, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { MAX_CONTEXT_BYTES, readContext } from "../../../src/images/context.ts";
import { imageDigest, imageTag } from "../../../src/images/digest.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "bb-context-"));
  await writeFile(join(dir, "Dockerfile"), "FROM scratch\n", { mode: 0o644 });
});

const digest = async (baseIds: readonly string[] = [], buildArgs = {}): Promise<string> =>
  imageDigest({ entries: await readContext(dir, "Dockerfile"), dockerfile: "Dockerfile", buildArgs, baseIds });

describe("readContext", () => {
  it("reads files, folders and symlinks in the order of their paths, without what is ignored", async () => {
    await mkdir(join(dir, "b"));
    await writeFile(join(dir, "b/file"), "content");
    await writeFile(join(dir, "secret"), "not for the engine");
    await symlink("/etc/passwd", join(dir, "a-link"));
    await writeFile(join(dir, ".dockerignore"), "secret\nDockerfile\n");
    const entries = await readContext(dir, "Dockerfile");
    expect(entries.map(({ path, type }) => [path, type])).toEqual([
      [".dockerignore", "file"],
      ["Dockerfile", "file"],
      ["a-link", "symlink"],
      ["b", "directory"],
      ["b/file", "file"],
    ]);
    expect(entries.find(({ path }) => path === "a-link")?.bytes.toString()).toBe("/etc/passwd");
  });

  it("refuses a Dockerfile that is a symlink, and a folder that is not there", async () => {
    await symlink("/etc/passwd", join(dir, "Linked"));
    await expect(readContext(dir, "Linked")).rejects.toMatchObject({ code: "BB_IMAGE_MISSING" });
    await expect(readContext(join(dir, "nothing"), "Dockerfile")).rejects.toMatchObject({ code: "BB_IMAGE_MISSING" });
  });

  it("says so when the folder is none", async () => {
    const file = join(dir, "Dockerfile");
    await writeFile(file, "FROM scratch");
    await expect(readContext(file, "Dockerfile")).rejects.toMatchObject({ code: "BB_IMAGE_MISSING" });
  });

  it("refuses a context that is too large before reading it", async () => {
    await writeFile(join(dir, "large"), Buffer.alloc(MAX_CONTEXT_BYTES));
    await writeFile(join(dir, "more"), "x");
    await expect(readContext(dir, "Dockerfile")).rejects.toMatchObject({
      code: "BB_IMAGE_BUILD",
      hint: expect.stringContaining(".dockerignore"),
    });
  });
});

describe("imageDigest", () => {
  it("is the same for the same, and another when path, mode, bytes, argument or base changes", async () => {
    await writeFile(join(dir, "file"), "one", { mode: 0o644 });
    const seen = [await digest()];
    expect(await digest()).toBe(seen[0]);
    await writeFile(join(dir, "file"), "two");
    seen.push(await digest());
    await chmod(join(dir, "file"), 0o755);
    seen.push(await digest(), await digest(["sha256:1"]), await digest(["sha256:2"]));
    seen.push(await digest([], { A: "1" }), await digest([], { A: "2" }), await digest([], { A: "", B: "1" }));
    await mkdir(join(dir, "empty"));
    seen.push(await digest());
    expect(new Set(seen).size).toBe(seen.length);
    expect(imageTag("agent", seen[0] ?? "")).toMatch(/^bot-bottle\/agent:[0-9a-f]{12}$/);
  });
});
