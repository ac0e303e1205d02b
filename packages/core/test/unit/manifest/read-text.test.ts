import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "@jest/globals";
import { ManifestError } from "../../../src/manifest/manifest-error.ts";
import { MAX_FILE_BYTES, readText } from "../../../src/manifest/read-text.ts";
import { makeHome } from "./support/home.ts";

let folder: string;

beforeEach(() => {
  folder = makeHome().cwd;
});

function refusal(path: string, within: string | undefined = folder): string {
  try {
    readText(path, within);
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    const [issue] = error.issues;
    return `${error.code} ${issue?.line ?? 0}:${issue?.column ?? 0} ${issue?.message ?? ""}`;
  }
  return "read";
}

function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("readText", () => {
  it("gives the text without a byte order mark", () => {
    expect(readText(put("a.md", "\ufeff---\nä\n"), folder)).toBe("---\nä\n");
    expect(readText(put("empty.md", ""), folder)).toBe("");
  });

  it("follows a link that stays in the folder", () => {
    put("a.md", "text");
    symlinkSync("a.md", join(folder, "b.md"));
    expect(readText(join(folder, "b.md"), folder)).toBe("text");
  });

  it("refuses a link that leaves the folder, wherever it leads", () => {
    const outside = join(folder, "..", "outside.md");
    writeFileSync(outside, "text");
    mkdirSync(join(folder, "sub"));
    put("sub/deep.md", "text");
    symlinkSync(outside, join(folder, "up.md"));
    symlinkSync("sub/deep.md", join(folder, "down.md"));
    symlinkSync("/etc/passwd", join(folder, "etc.md"));
    for (const name of ["up.md", "down.md", "etc.md"]) {
      expect(refusal(join(folder, name))).toBe("BB_MANIFEST_READ 1:1 is a link that leaves its folder");
    }
    expect(readText(join(folder, "up.md"))).toBe("text");
  });

  it("refuses what is not a file without waiting for it", () => {
    mkdirSync(join(folder, "dir.md"));
    spawnSync("mkfifo", [join(folder, "fifo.md")]);
    const started = performance.now();
    expect(refusal(join(folder, "dir.md"))).toBe("BB_MANIFEST_READ 1:1 is not a regular file");
    expect(refusal(join(folder, "fifo.md"))).toBe("BB_MANIFEST_READ 1:1 is not a regular file");
    expect(refusal("/dev/zero", "/dev")).toBe("BB_MANIFEST_READ 1:1 is not a regular file");
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("refuses a missing file, a dangling link and a circle of links", () => {
    symlinkSync("nowhere", join(folder, "dangling.md"));
    symlinkSync("circle.md", join(folder, "circle.md"));
    expect(refusal(join(folder, "none.md"))).toBe("BB_MANIFEST_READ 1:1 cannot be read (ENOENT)");
    expect(refusal(join(folder, "dangling.md"))).toBe("BB_MANIFEST_READ 1:1 cannot be read (ENOENT)");
    expect(refusal(join(folder, "circle.md"))).toBe("BB_MANIFEST_READ 1:1 cannot be read (ELOOP)");
  });

  it("reads up to the limit and refuses 10 MB at once", () => {
    expect(readText(put("full.md", "x".repeat(MAX_FILE_BYTES)), folder)).toHaveLength(MAX_FILE_BYTES);
    const large = put("large.md", "x".repeat(10_000_000));
    const started = performance.now();
    expect(refusal(large)).toBe("BB_MANIFEST_TOO_LARGE 1:1 is larger than 1 MiB");
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("says what to do about the very thing that is wrong", () => {
    const hintOf = (path: string): string | undefined => {
      try {
        readText(path, folder);
      } catch (error) {
        return ManifestError.is(error) ? error.hint : undefined;
      }
      return undefined;
    };
    expect(hintOf(put("large.md", "x".repeat(MAX_FILE_BYTES + 1)))).toContain("Keep long texts out of it");
    expect(hintOf(join(folder, "none.md"))).toContain("plain text file");
  });

  it("does not believe a size of zero", () => {
    expect(readText("/proc/self/status")).toContain("Name:");
  });

  it("points at the first byte that is not UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from("---\nä: "), Buffer.from([0xff]), Buffer.from("\n---\n")]);
    expect(refusal(put("latin.md", bytes))).toBe("BB_MANIFEST_SYNTAX 2:4 is not UTF-8 text");
    expect(refusal(put("utf16.md", Buffer.from("\ufeff---\n", "utf16le")))).toBe(
      "BB_MANIFEST_SYNTAX 1:1 is not UTF-8 text",
    );
  });
});
