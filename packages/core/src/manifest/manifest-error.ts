import { BotBottleError, type BotBottleErrorOptions } from "../errors/bot-bottle-error.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { escapeForDisplay } from "../secret/redact.ts";

const BRAND = Symbol.for("@bot-bottle/core/ManifestError");
const MAX_SHOWN = 20;

/** One problem at one place. Texts are safe to print and hold no values of `env` or of credentials. */
export interface ManifestIssue {
  readonly path: string;
  /** 1-based */
  readonly line: number;
  /** 1-based */
  readonly column: number;
  readonly message: string;
  /** offending key, dotted from the top, e.g. `egress.routes[0].host` */
  readonly key?: string | undefined;
  /** what was probably meant, when something is near */
  readonly suggestion?: string | undefined;
}

/** `path:line:column: message (did you mean "x"?)` */
export function formatIssue({ path, line, column, message, suggestion }: ManifestIssue): string {
  const meant = suggestion === undefined ? "" : ` (did you mean "${suggestion}"?)`;
  return `${escapeForDisplay(path)}:${line}:${column}: ${message}${meant}`;
}

function summarise(issues: readonly ManifestIssue[]): string {
  const [first] = issues;
  if (first !== undefined && issues.length === 1) return formatIssue(first);
  const shown = issues.slice(0, MAX_SHOWN).map((issue) => `\n  ${formatIssue(issue)}`);
  const rest = issues.length > MAX_SHOWN ? `\n  and ${issues.length - MAX_SHOWN} more` : "";
  return `${issues.length} problems:${shown.join("")}${rest}`;
}

export interface ManifestErrorOptions extends BotBottleErrorOptions {
  /** replaces the text made from the issues */
  readonly message?: string | undefined;
}

/** Something about a manifest or `config.yml`: every issue of the file at once, in the order of the text. */
export class ManifestError extends BotBottleError {
  static {
    Object.defineProperty(this.prototype, "name", { value: "ManifestError", configurable: true, writable: true });
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  readonly issues: readonly ManifestIssue[];

  constructor(code: ErrorCode, issues: readonly ManifestIssue[], { message, ...options }: ManifestErrorOptions = {}) {
    super(code, message ?? summarise(issues), options);
    this.issues = issues;
  }

  static override is(value: unknown): value is ManifestError {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}
