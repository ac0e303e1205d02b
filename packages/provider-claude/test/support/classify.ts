import { type PathMatch } from "@bot-bottle/core";
import { NEEDED, type ProfileEntry, QUIET, REFUSED } from "../../src/profile.ts";

export type ProfileList = "needed" | "refused" | "quiet";

const LISTS: readonly (readonly [ProfileList, readonly ProfileEntry[]])[] = [
  ["refused", REFUSED],
  ["quiet", QUIET],
  ["needed", NEEDED],
];

function hasPath({ type, value }: PathMatch, path: string): boolean {
  if (type === "regex") throw new Error("the profile has no regular expressions");
  return path === value || (type === "prefix" && path.startsWith(`${value}/`));
}

function covers(entry: ProfileEntry, { host, method, path }: TracedRequest): boolean {
  return (
    entry.host === host &&
    (entry.methods.length === 0 || entry.methods.includes(method)) &&
    (entry.paths.length === 0 || entry.paths.some((match) => hasPath(match, path)))
  );
}

export interface TracedRequest {
  readonly host: string;
  readonly method: string;
  /** without the query */
  readonly path: string;
}

/** Every list of the profile that knows the request; exactly one, when the profile is right. */
export function listsOf(request: TracedRequest): readonly ProfileList[] {
  return LISTS.filter(([, entries]) => entries.some((entry) => covers(entry, request))).map(([name]) => name);
}
