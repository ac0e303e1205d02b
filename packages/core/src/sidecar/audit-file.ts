import { type FileHandle, open } from "node:fs/promises";
import { hashAuditLine } from "../audit/chain.ts";
import { type AuditHead } from "./control-protocol.ts";

/** `~/.bot-bottle/audit/<slug>.jsonl` as it grows: whole lines, in order, flushed to the disk at the end. */
export class AuditFile {
  readonly #file: FileHandle;
  #head: AuditHead;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(file: FileHandle, head: AuditHead) {
    this.#file = file;
    this.#head = head;
  }

  /** @param head chain position of the first record that will be appended */
  static async open(path: string, head: AuditHead): Promise<AuditFile> {
    return new AuditFile(await open(path, "a", 0o600), head);
  }

  /** Position after the last record that arrived; a restarted sidecar carries on from it. */
  get head(): AuditHead {
    return this.#head;
  }

  /** First error of a write, e.g. a full disk; undefined while all is well. */
  get failure(): unknown {
    return this.#failure;
  }

  append(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const last = lines[lines.length - 1] ?? "";
    this.#head = { count: this.#head.count + lines.length, hash: hashAuditLine(last) };
    const text = lines.map((line) => `${line}\n`).join("");
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#file.appendFile(text);
      } catch (error) {
        this.#failure ??= error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.sync().catch((error: unknown) => {
      this.#failure ??= error;
    });
    await this.#file.close();
  }
}
