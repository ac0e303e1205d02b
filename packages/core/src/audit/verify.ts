import type { AuditHead } from "../sidecar/control-protocol.ts";
import { genesisHash, type GenesisInput, hashAuditLine } from "./chain.ts";
import { MAX_AUDIT_RECORD_BYTES } from "./encode.ts";

type TrailIssueKind =
  | "unreadable" // not a record: no JSON object, or `seq`, `at`, `prev`, `type` are not what they must be
  | "wrong_genesis" // the first record does not belong to this launch
  | "new_chain" // a second record with number 0
  | "forged" // its `prev` is not the hash of the record before it: one of the two was changed or put in
  | "missing" // records are not there
  | "lost" // records are not there, and a `lost` record of the sidecar says so
  | "duplicate" // a number that was there already
  | "reordered" // the record stands after a later one
  | "after_end" // the record stands after `end`
  | "wrong_count" // `end` counts other than the records before it
  | "no_end" // the trail stops without `end`
  | "wrong_head"; // the last record is not the one that was expected

export interface TrailIssue {
  readonly kind: TrailIssueKind;
  /** 1-based line; one past the last for what is absent at the end */
  readonly line: number;
  readonly message: string;
}

export interface TrailReport {
  readonly ok: boolean;
  readonly records: number;
  readonly ended: boolean;
  /** where a restart would carry on */
  readonly head: AuditHead;
  readonly issues: readonly TrailIssue[];
}

interface Link {
  readonly line: number;
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const HASH = /^[0-9a-f]{64}$/;

function readLink(text: string, line: number): Link | undefined {
  if (Buffer.byteLength(text, "utf8") > MAX_AUDIT_RECORD_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const { seq, at, prev, type } = fields;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return undefined;
  if (typeof at !== "string" || Number.isNaN(Date.parse(at)) || typeof type !== "string") return undefined;
  if (typeof prev !== "string" || !HASH.test(prev)) return undefined;
  return { line, seq, prev, hash: hashAuditLine(text), type, fields };
}

/** Numbers that a `lost` record of the sidecar admits, as half-open ranges. */
function admittedRanges(links: readonly Link[]): (readonly [from: number, to: number])[] {
  return links.flatMap(({ type, fields }) => {
    const { fromSeq, count } = fields;
    return type === "lost" && typeof fromSeq === "number" && typeof count === "number"
      ? [[fromSeq, fromSeq + count] as const]
      : [];
  });
}

/**
 * Checks a trail, line by line without line ends, against the launch that it claims to be of. Pure. A trail of a
 * bottle that still runs has the single issue `no_end`. Whoever can rewrite the whole file can make a whole chain:
 * `expectedHead`, kept elsewhere, is what shows that.
 */
export function verifyTrail(
  lines: readonly string[],
  launch: GenesisInput,
  { expectedHead }: { readonly expectedHead?: AuditHead | undefined } = {},
): TrailReport {
  const issues: TrailIssue[] = [];
  const report = (kind: TrailIssueKind, line: number, message: string): void => {
    issues.push({ kind, line, message });
  };

  const links: Link[] = [];
  lines.forEach((text, index) => {
    const link = readLink(text, index + 1);
    if (link) links.push(link);
    else report("unreadable", index + 1, "This line is not a record.");
  });

  const genesis = genesisHash(launch);
  const bySeq = new Map<number, Link>();
  for (const link of links) if (!bySeq.has(link.seq)) bySeq.set(link.seq, link);
  const admitted = admittedRanges(links);
  const inOrder = [...bySeq.keys()].sort((a, b) => a - b);
  const firstMissing = new Map(inOrder.map((seq, index) => [seq, (inOrder[index - 1] ?? -1) + 1]));

  let highest = -1;
  let endedAt: number | undefined;
  for (const link of links) {
    const { line, seq, prev } = link;
    if (endedAt !== undefined) report("after_end", line, `Record ${seq} stands after the end.`);
    if (bySeq.get(seq) !== link) {
      if (seq === 0) report("new_chain", line, "A second chain begins here.");
      else report("duplicate", line, `Record ${seq} is there a second time.`);
      continue;
    }
    if (seq < highest) report("reordered", line, `Record ${seq} stands after record ${highest}.`);
    const before = bySeq.get(seq - 1);
    if (seq === 0) {
      if (prev !== genesis) report("wrong_genesis", line, "The first record is not of this launch.");
    } else if (before) {
      if (prev !== before.hash) report("forged", line, `Record ${seq} does not follow from record ${seq - 1}.`);
    } else {
      const from = firstMissing.get(seq) ?? 0;
      const isAdmitted = admitted.some(([start, end]) => start <= from && seq <= end);
      report(isAdmitted ? "lost" : "missing", line, `Records ${from} to ${seq - 1} are not there.`);
    }
    if (link.type === "end") {
      endedAt = line;
      if (link.fields["count"] !== seq) report("wrong_count", line, "The end counts other than the records before it.");
    }
    highest = Math.max(highest, seq);
  }

  const last = bySeq.get(highest);
  const head = last ? { count: last.seq + 1, hash: last.hash } : { count: 0, hash: genesis };
  if (endedAt === undefined) report("no_end", lines.length + 1, "The trail stops without its end.");
  if (expectedHead && (expectedHead.count !== head.count || expectedHead.hash !== head.hash)) {
    report(
      "wrong_head",
      lines.length + 1,
      `The last record is not the expected one (number ${expectedHead.count - 1}).`,
    );
  }
  return { ok: issues.length === 0, records: links.length, ended: endedAt !== undefined, head, issues };
}
