import * as packet from "dns-packet";

const TTL_SECONDS = 60;
const MAX_QUERY_BYTES = 512;
const OPCODE_MASK = 0x7800;
const RCODE = { noError: 0, nameError: 3, notImplemented: 4 } as const;

export interface DnsOptions {
  /** the sidecar's own address, the only one that is ever answered */
  readonly address: string;
  /** @param name lower case, without the last dot */
  readonly isDeclared: (name: string) => boolean;
}

export interface DnsAnswer {
  readonly message: Buffer;
  /** name that does not exist here, as it was sent, for the audit trail */
  readonly denied?: string | undefined;
}

function decode(query: Buffer): packet.DecodedPacket | undefined {
  try {
    return packet.decode(query);
  } catch {
    return undefined;
  }
}

/**
 * Answers one query and asks nobody: declared names and the sidecar's own have its address (A) and nothing else, all
 * other names do not exist. Pure.
 * @returns undefined when the message is not a query that deserves an answer
 */
export function answerQuery(query: Buffer, { address, isDeclared }: DnsOptions): DnsAnswer | undefined {
  if (query.length > MAX_QUERY_BYTES) return undefined;
  const request = decode(query);
  const [question] = request?.questions ?? [];
  if (request?.type !== "query" || request.questions?.length !== 1 || !question) return undefined;
  const name = question.name.toLowerCase().replace(/\.$/, "");
  const isKnown = isDeclared(name);
  const isUsual = ((request.flags ?? 0) & OPCODE_MASK) === 0 && (question.class ?? "IN") === "IN";
  const rcode = !isUsual ? RCODE.notImplemented : isKnown ? RCODE.noError : RCODE.nameError;
  const hasAddress = rcode === RCODE.noError && question.type === "A";
  const message = packet.encode({
    type: "response",
    id: request.id ?? 0,
    flags: packet.AUTHORITATIVE_ANSWER | ((request.flags ?? 0) & packet.RECURSION_DESIRED) | rcode,
    questions: [question],
    answers: hasAddress ? [{ type: "A", class: "IN", name: question.name, ttl: TTL_SECONDS, data: address }] : [],
  });
  return isKnown ? { message } : { message, denied: question.name };
}
