import { parseHostPattern } from "../../policy/host-pattern.ts";
import { publicSuffixProblem } from "../../policy/public-suffix.ts";
import type { Field, ReadContext } from "../section.ts";

/** Host of a route in the one spelling that policy compares; undefined, with an issue, when it may not be one. */
export function readHost(field: Field<string> | undefined, { issues }: ReadContext): string | undefined {
  if (field === undefined) return undefined;
  const { place, key } = field;
  const pattern = parseHostPattern(field.value);
  if (pattern.kind === "invalid") {
    issues.addKey(place, key, `is not a host: ${pattern.why}`);
    return undefined;
  }
  const problem = publicSuffixProblem(pattern);
  if (problem === undefined) return pattern.pattern;
  issues.addKey(place, key, `is too wide: ${problem}`);
  return undefined;
}
