import { createHmac } from "node:crypto";
import { escapeForDisplay } from "@bot-bottle/core";
import type { Finding } from "../scan/automaton.ts";
import { secretPatterns } from "../scan/secret-patterns.ts";

/** Text from the agent as the trail may keep it. */
export type Redactor = (text: string) => string;

/** Findings joined where they overlap, in order; a joined one belongs to the first that it began with. */
function joinFindings(findings: readonly Finding[]): Finding[] {
  const joined: Finding[] = [];
  for (const finding of findings.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1);
    if (last && finding.start < last.end) joined[joined.length - 1] = { ...last, end: Math.max(last.end, finding.end) };
    else joined.push(finding);
  }
  return joined;
}

/**
 * Replaces known secret values, in any of their encodings, by `[known_secret#hash8]` and escapes control characters.
 * @param key hex key of the bottle's HMAC, so that a hash says nothing outside this bottle
 */
export function createRedactor(values: readonly string[], key: string): Redactor {
  const patterns = secretPatterns(values);
  if (!patterns) return escapeForDisplay;
  const marks = values.map((value) => {
    const hash = createHmac("sha256", Buffer.from(key, "hex")).update(value, "utf8").digest("hex").slice(0, 8);
    return Buffer.from(`[known_secret#${hash}]`);
  });
  return (text) => {
    const bytes = Buffer.from(text, "utf8");
    const findings = joinFindings(patterns.automaton.findAll(bytes));
    if (findings.length === 0) return escapeForDisplay(text);
    const parts: Buffer[] = [];
    let at = 0;
    for (const { start, end, pattern } of findings) {
      parts.push(bytes.subarray(at, start), marks[patterns.owner[pattern] ?? 0] ?? Buffer.alloc(0));
      at = end;
    }
    parts.push(bytes.subarray(at));
    return escapeForDisplay(Buffer.concat(parts).toString("utf8"));
  };
}
