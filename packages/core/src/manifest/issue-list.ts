import type { ErrorCode } from "../errors/codes.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { ManifestError, type ManifestIssue } from "./manifest-error.ts";
import type { Place } from "./place.ts";

/** More problems of one file than anybody reads at once. */
export const MAX_ISSUES = 100;

interface IssueDetails {
  readonly key?: string | undefined;
  readonly suggestion?: string | undefined;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Collects problems. The first one about a key at a place stands: a later rule would only repeat it. */
export class IssueList {
  readonly #issues = new Map<string, ManifestIssue>();

  isEmpty(): boolean {
    return this.#issues.size === 0;
  }

  add({ path, line, column }: Place, message: string, { key, suggestion }: IssueDetails = {}): void {
    const at = `${path}:${line}:${column}:${key ?? ""}`;
    if (this.#issues.has(at) || this.#issues.size >= MAX_ISSUES) return;
    this.#issues.set(at, {
      path,
      line,
      column,
      message: escapeForDisplay(message),
      ...(key === undefined ? {} : { key: escapeForDisplay(key) }),
      ...(suggestion === undefined ? {} : { suggestion: escapeForDisplay(suggestion) }),
    });
  }

  /**
   * Adds an issue of one key.
   * @param rule what is wrong, as the end of a sentence that the key begins: `must be a number`
   */
  addKey(place: Place, key: string, rule: string, suggestion?: string): void {
    this.add(place, `"${key}" ${rule}`, { key, suggestion });
  }

  /** The issues file by file, in the order of the text. */
  sorted(): readonly ManifestIssue[] {
    return [...this.#issues.values()].sort((a, b) => compare(a.path, b.path) || a.line - b.line || a.column - b.column);
  }

  /** @throws ManifestError with the code when anything was added */
  throwIfAny(code: ErrorCode, hint: string): void {
    if (!this.isEmpty()) throw new ManifestError(code, this.sorted(), { hint });
  }
}
