import { describe, expect, it } from "@jest/globals";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { run } from "../../../src/process/run.ts";

const sh = (script: string, ...args: string[]): Pick<Parameters<typeof run>[0], "file" | "args"> => ({
  file: "/bin/sh",
  args: ["-c", script, "sh", ...args],
});

describe("run", () => {
  it("passes arguments without a shell, and output byte by byte", async () => {
    const odd = "a b;$(x)\n*";
    const { exitCode, stdout, stderr } = await run({ file: "printf", args: ["%s", odd] });
    expect({ exitCode, text: stdout.toString(), stderr }).toEqual({ exitCode: 0, text: odd, stderr: "" });
    expect((await run(sh("printf '\\377\\000\\n'"))).stdout).toEqual(Buffer.from([255, 0, 10]));
  });

  it("hands a short list of the environment on, and what it was given", async () => {
    process.env["BB_TEST_SECRET"] = "secret";
    process.env["GIT_DIR"] = "/nowhere";
    try {
      const { stdout } = await run({ ...sh("env | cut -d= -f1 | sort"), env: { EXTRA: "x" } });
      const allowed = [
        "EXTRA",
        "HOME",
        "LC_ALL",
        "LOGNAME",
        "PATH",
        "PWD",
        "SHLVL",
        "SUDO_UID",
        "TMPDIR",
        "USER",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
        "_",
      ];
      const names = stdout.toString().trim().split("\n");
      expect(names).toContain("EXTRA");
      expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
    } finally {
      delete process.env["BB_TEST_SECRET"];
      delete process.env["GIT_DIR"];
    }
  });

  it("runs no program of the folder that it works in, and hands no way to it on", async () => {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "bb-run-")));
    const path = process.env["PATH"];
    try {
      writeFileSync(join(dir, "printf"), "#!/bin/sh\necho trapped\n", { mode: 0o755 });
      process.env["PATH"] = `${dir}:.:${path ?? ""}`;
      expect((await run({ file: "printf", args: ["fine"], cwd: dir })).stdout.toString()).toBe("fine");
      expect((await run({ file: "printf", args: ["fine"] })).stdout.toString()).toBe("trapped\n");
      expect((await run({ ...sh('echo "$PATH"'), cwd: dir })).stdout.toString()).not.toContain(dir);
    } finally {
      process.env["PATH"] = path;
      rmSync(dir, { recursive: true });
    }
  });

  it("fails with the last lines of stderr, made safe", async () => {
    const script =
      "for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i >&2; done; printf 'https://u:pw@h/ \\033[2J' >&2; exit 3";
    await expect(run(sh(script))).rejects.toMatchObject({
      code: "BB_COMMAND",
      message: expect.stringContaining("failed with exit code 3"),
      hint: expect.stringMatching(/^line 4\n(.+\n)+https:\/\/\[redacted\]@h\/ \\u\{1b\}\[2J$/),
    });
    expect(await run({ ...sh("exit 3"), okExitCodes: [0, 3] })).toMatchObject({ exitCode: 3 });
  });

  it("ends what takes too long, prints too much or is stopped", async () => {
    await expect(run({ ...sh("sleep 10"), timeoutMs: 50 })).rejects.toMatchObject({
      code: "BB_COMMAND",
      message: expect.stringContaining("longer than 0.05 s"),
    });
    await expect(run({ ...sh("yes"), maxOutputBytes: 1000 })).rejects.toMatchObject({
      code: "BB_COMMAND",
      message: expect.stringContaining("more than 1000 bytes"),
    });
    await expect(run({ ...sh("kill -9 $$") })).rejects.toMatchObject({
      code: "BB_COMMAND",
      message: expect.stringContaining("SIGKILL"),
    });
    const stop = new AbortController();
    const stopped = run({ ...sh("sleep 10"), signal: stop.signal });
    setTimeout(() => {
      stop.abort();
    }, 50);
    await expect(stopped).rejects.toMatchObject({ code: "BB_ABORTED" });
    await expect(run({ file: "no-such-program", args: [] })).rejects.toMatchObject({ code: "BB_COMMAND" });
  });

  it("takes input as text, bytes or a stream, and gives output to a stream without a bound", async () => {
    expect((await run({ ...sh("cat"), stdin: "text" })).stdout.toString()).toBe("text");
    expect((await run({ ...sh("cat"), stdin: Buffer.from([1, 2]) })).stdout).toEqual(Buffer.from([1, 2]));
    const sink = new PassThrough();
    const chunks: Buffer[] = [];
    sink.on("data", (chunk: Buffer) => chunks.push(chunk));
    const { stdout } = await run({
      ...sh("cat"),
      stdin: Readable.from([Buffer.alloc(100_000, "x")]),
      stdout: sink,
      maxOutputBytes: 10,
    });
    expect(stdout).toHaveLength(0);
    expect(Buffer.concat(chunks)).toHaveLength(100_000);
    expect((await run(sh("cat"))).stdout).toHaveLength(0);
  });
});
