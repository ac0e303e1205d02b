import { type FileHandle, open, readFile } from "node:fs/promises";
import { hashAuditLine } from "../audit/chain.ts";
import { MAX_AUDIT_RECORD_BYTES } from "../audit/encode.ts";
import { NameConflict } from "../backend/name-conflict.ts";
import { errorCode } from "../errors/to-error.ts";
import { homeError } from "../state/home-error.ts";
import type { AuditHead } from "./control-protocol.ts";

/** Number of the record on a line; undefined when the line is none that a trail can hold. */
function seqOf(line: unknown): number | undefined {
  if (typeof line !== "string" || Buffer.byteLength(line) > MAX_AUDIT_RECORD_BYTES || /[\r\n]/.test(line))
    return undefined;
  try {
    const { seq } = JSON.parse(line) as { seq?: unknown };
    return typeof seq === "number" && Number.isSafeInteger(seq) ? seq : undefined;
  } catch {
    return undefined;
  }
}

/** Where a trail on disk ends, and how many of its bytes are whole lines. */
function endOf(text: string, genesis: AuditHead): { readonly head: AuditHead; readonly bytes: number } {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const last = whole.trimEnd().split("\n").at(-1) ?? "";
  const seq = seqOf(last);
  const head = seq === undefined ? genesis : { count: seq + 1, hash: hashAuditLine(last) };
  return { head, bytes: Buffer.byteLength(whole) };
}

/** `~/.bot-bottle/audit/<slug>.jsonl` as it grows: whole lines, in order, flushed to the disk at the end. */
export class AuditFile {
  readonly #file: FileHandle;
  readonly #onFailure: (error: unknown) => void;
  #head: AuditHead;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;
  /** a failed write may have left half a line */
  #isTorn = false;

  private constructor(file: FileHandle, head: AuditHead, onFailure: (error: unknown) => void) {
    this.#file = file;
    this.#head = head;
    this.#onFailure = onFailure;
  }

  /**
   * Begins the trail of a new bottle.
   * @param onFailure hears the first thing that goes wrong, e.g. a full disk
   * @throws NameConflict when an earlier bottle's is there; BotBottleError `BB_HOME_UNUSABLE`, `BB_DISK_FULL`
   */
  static async create(path: string, genesis: AuditHead, onFailure: (error: unknown) => void): Promise<AuditFile> {
    try {
      return new AuditFile(await open(path, "ax", 0o600), genesis, onFailure);
    } catch (error) {
      if (errorCode(error) === "EEXIST") throw new NameConflict(`the audit trail "${path}" is another bottle's`);
      throw homeError(`Cannot write "${path}"`, error);
    }
  }

  /**
   * Carries on with the trail of a process that is gone; a line that it left half written goes.
   * @throws BotBottleError `BB_HOME_UNUSABLE`, `BB_DISK_FULL`
   */
  static async carryOn(path: string, genesis: AuditHead, onFailure: (error: unknown) => void): Promise<AuditFile> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, "a+", 0o600);
      const { head, bytes } = endOf(await readFile(path, "utf8"), genesis);
      await file.truncate(bytes);
      return new AuditFile(file, head, onFailure);
    } catch (error) {
      await file?.close().catch(() => undefined);
      throw homeError(`Cannot write "${path}"`, error);
    }
  }

  /** Position after the last record that arrived; a restarted sidecar carries on from it. */
  get head(): AuditHead {
    return this.#head;
  }

  /** Takes what a sidecar sent; what is no record stays out of the file and is a failure. */
  append(lines: readonly unknown[]): void {
    for (const line of lines) {
      const seq = seqOf(line);
      if (seq === undefined) {
        this.#fail(new Error("the sidecar sent a line that is no record"));
        continue;
      }
      this.#head = { count: seq + 1, hash: hashAuditLine(line as string) };
      this.#writing = this.#writing.then(() => this.#write(`${line as string}\n`));
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    await this.#writing;
    for (const last of [() => this.#file.sync(), () => this.#file.close()]) {
      await last().catch((error: unknown) => {
        this.#fail(error);
      });
    }
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#file.appendFile(this.#isTorn ? `\n${text}` : text);
      this.#isTorn = false;
    } catch (error) {
      this.#isTorn = true;
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#hasFailed) this.#onFailure(error);
    this.#hasFailed = true;
  }
}
