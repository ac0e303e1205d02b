import { LIMITS } from "../limits.ts";
import { PatternAutomaton } from "./automaton.ts";
import { encodedForms } from "./encodings.ts";

/** `user:password` is also given away by its password alone. */
function partsOf(value: string): string[] {
  const colon = value.indexOf(":");
  return colon > 0 ? [value, value.slice(colon + 1)] : [value];
}

const isLongEnough = (value: string): boolean => Buffer.byteLength(value, "utf8") >= LIMITS.shortestScannedSecret;

export interface SecretPatterns {
  readonly automaton: PatternAutomaton;
  /** pattern of the automaton → index of its value */
  readonly owner: readonly number[];
}

/** @returns undefined when no value is long enough to be looked for */
export function secretPatterns(values: readonly string[]): SecretPatterns | undefined {
  const patterns: Buffer[] = [];
  const owner: number[] = [];
  values.forEach((value, index) => {
    for (const form of partsOf(value).filter(isLongEnough).flatMap(encodedForms)) {
      patterns.push(form);
      owner.push(index);
    }
  });
  return patterns.length > 0 ? { automaton: new PatternAutomaton(patterns), owner } : undefined;
}
