import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const person = (role: string): [string, string][] => [
  [`GIT_${role}_NAME`, "human"],
  [`GIT_${role}_EMAIL`, "human@example.com"],
];

/** A temporary folder of the host, with a home of its own for git. */
export class HostFolder implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "bb-host-")));
  readonly home = join(this.root, "home");
  readonly work = join(this.root, "work");

  constructor() {
    for (const dir of [this.home, this.work]) mkdirSync(dir);
  }

  /** A path below the root. */
  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Writes files below the work folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.work, path)), { recursive: true });
      writeFileSync(join(this.work, path), content);
    }
  }

  /** Runs a shell script; in the work folder unless said otherwise. @returns its output, trimmed */
  sh(script: string, cwd = this.work): string {
    const env = {
      PATH: process.env["PATH"],
      HOME: this.home,
      ...Object.fromEntries([...person("AUTHOR"), ...person("COMMITTER")]),
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "protocol.file.allow",
      GIT_CONFIG_VALUE_0: "always",
    };
    const stdio = ["ignore", "pipe", "pipe"] as const;
    return execFileSync("/bin/sh", ["-eu", "-c", script], { cwd, env, stdio: [...stdio], encoding: "utf8" }).trim();
  }

  /** Makes the work folder a repository whose first commit holds the files. */
  repository(files: Readonly<Record<string, string | Uint8Array>> = { "README.md": "hello\n" }): this {
    this.sh("git init --quiet --initial-branch=main .");
    this.write(files);
    this.sh("git add --all && git commit --quiet --message first");
    return this;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
