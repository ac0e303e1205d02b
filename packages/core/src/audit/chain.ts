import { createHash } from "node:crypto";
import type { AuditHead } from "../sidecar/control-protocol.ts";
import { encodeAuditRecord } from "./encode.ts";
import type { AuditEntry } from "./record.ts";

/** What makes the first link of a launch unlike that of any other. */
export interface GenesisInput {
  readonly slug: string;
  /** random value of the launch, kept outside the bottle */
  readonly nonce: string;
}

/** Hex SHA-256 of one line without its line end: what the next record carries as `prev`. */
export function hashAuditLine(line: string): string {
  return createHash("sha256").update(line, "utf8").digest("hex");
}

/** `prev` of a launch's first record. JSON keeps the two parts apart, so no other pair gives the same text. */
export function genesisHash({ slug, nonce }: GenesisInput): string {
  return hashAuditLine(JSON.stringify(["bot-bottle/audit/1", slug, nonce]));
}

/** Where the chain of a launch begins. */
export function genesisHead(input: GenesisInput): AuditHead {
  return { count: 0, hash: genesisHash(input) };
}

/** Turns entries into the lines of one chain. A restart makes a new instance from the last head that was received. */
export class AuditChain {
  #head: AuditHead;

  constructor(head: AuditHead) {
    this.#head = head;
  }

  get head(): AuditHead {
    return this.#head;
  }

  /** @returns the entry's line, without a line end */
  append(entry: AuditEntry, at: Date): string {
    const { count, hash } = this.#head;
    const line = encodeAuditRecord({ ...entry, seq: count, at: at.toISOString(), prev: hash });
    this.#head = { count: count + 1, hash: hashAuditLine(line) };
    return line;
  }
}
