import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readHostFile } from "../../../src/prepare/read-host-file.ts";
import { bundleProgram, runProgram } from "../../support/child.ts";
import { tempDir } from "../../support/temp-home.ts";

const path = (): string => join(tempDir(), "file");

describe("readHostFile", () => {
  it("reads a file, also by a link, up to the bound", () => {
    const file = path();
    writeFileSync(file, "x".repeat(1024));
    const link = path();
    symlinkSync(file, link);
    for (const name of [file, link]) {
      expect(readHostFile(name, 1024)).toMatchObject({ bytes: Buffer.from("x".repeat(1024)) });
    }
    expect(readHostFile(file, 1023)).toEqual({ problem: expect.stringContaining("is larger than") });
  });

  it("reads an empty file", () => {
    const file = path();
    writeFileSync(file, "");
    expect(readHostFile(file, 10)).toMatchObject({ bytes: Buffer.alloc(0) });
  });

  it("does not read 10 MB to find that they are too many", () => {
    const file = path();
    writeFileSync(file, "");
    truncateSync(file, 10_000_000);
    expect(readHostFile(file, 65_536)).toEqual({ problem: "is larger than 64 KiB" });
  });

  it("does not believe a size of 0", () => {
    expect(readHostFile("/proc/self/status", 64)).toEqual({ problem: expect.stringContaining("is larger than") });
  });

  it("waits for no writer of a pipe", async () => {
    const pipe = path();
    execFileSync("mkfifo", [pipe]);
    const source =
      'import { readHostFile } from "./prepare/read-host-file.ts"; console.log(readHostFile(process.argv[2], 10));';
    const child = runProgram(await bundleProgram(source, tempDir()), [pipe]);
    const timer = setTimeout(() => child.process.kill("SIGKILL"), 3000);
    const { exitCode, stdout } = await child.ended;
    clearTimeout(timer);
    expect([exitCode, stdout]).toEqual([0, "{ problem: 'is not a regular file' }\n"]);
  });

  it("takes no folder and no device", () => {
    const folder = path();
    mkdirSync(folder);
    for (const name of [folder, "/dev/zero"])
      expect(readHostFile(name, 10)).toEqual({ problem: "is not a regular file" });
  });

  it("says why a file cannot be read", () => {
    expect(readHostFile("/nonexistent/file", 10)).toMatchObject({ problem: "cannot be read (ENOENT)" });
    const link = path();
    symlinkSync(link, link);
    expect(readHostFile(link, 10)).toMatchObject({ problem: "cannot be read (ELOOP)" });
  });
});
