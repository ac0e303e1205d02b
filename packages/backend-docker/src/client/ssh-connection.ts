import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { Duplex } from "node:stream";
import { redactForDisplay } from "@bot-bottle/core";
import type { EngineAddress } from "./address.ts";

export type SshAddress = Extract<EngineAddress, { kind: "ssh" }>;

const MAX_STDERR = 4096;
const CONNECT_TIMEOUT_S = 10;

/**
 * Arguments of the system's ssh. Everything else (keys, known hosts, jump hosts) is the user's own configuration;
 * BatchMode turns every question into a refusal, an unknown host key among them.
 */
export function sshArguments({ host, user, port }: SshAddress): readonly string[] {
  return [
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${CONNECT_TIMEOUT_S}`, "-T"],
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...["--", host, "docker", "system", "dial-stdio"],
  ];
}

/** Absolute path of a program; folders of PATH that are relative are passed over. */
export async function findProgram(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const dir of (env["PATH"] ?? "").split(delimiter)) {
    if (!isAbsolute(dir)) continue;
    const path = join(dir, name);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

function sshError(message: string): Error {
  return Object.assign(new Error(redactForDisplay(message)), { code: "ESSH" });
}

/** One `ssh … docker system dial-stdio` as the socket of an HTTP request. */
export class SshConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = "";

  constructor(program: string, address: SshAddress, env: NodeJS.ProcessEnv) {
    super({ allowHalfOpen: true });
    // A session of its own: Ctrl-C in the terminal must not cut the connection that cleans up.
    this.#child = spawn(program, sshArguments(address), { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR);
    });
    this.#child.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) this.#child.stdout.pause();
    });
    this.#child.stdin.on("error", () => undefined); // the end of the child says why
    this.#child.on("error", (error) => this.destroy(sshError(`ssh could not be started: ${error.message}`)));
    this.#child.on("close", (code) => {
      // A connection that breaks off must not look like one that the engine has ended.
      if (code === 0) this.push(null);
      else this.destroy(sshError(`ssh ended with code ${String(code)}: ${this.#lastWords()}`));
    });
  }

  #lastWords(): string {
    const lines = this.#stderr.trim().split("\n").slice(-3).join(" ").trim();
    return lines === "" ? "no reason given" : lines;
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  // What node:http expects of a socket.
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#child.ref();
    for (const stream of this.#pipes()) stream.ref?.();
    return this;
  }

  unref(): this {
    this.#child.unref();
    for (const stream of this.#pipes()) stream.unref?.();
    return this;
  }

  #pipes(): readonly { ref?: () => unknown; unref?: () => unknown }[] {
    return [this.#child.stdin, this.#child.stdout, this.#child.stderr] as readonly object[]; // sockets, in fact
  }
}
