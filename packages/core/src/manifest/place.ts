import { escapeForDisplay } from "../secret/redact.ts";

/** Where something is written in a manifest. */
export interface Place {
  /** path of the file as discovery found it */
  readonly path: string;
  /** 1-based */
  readonly line: number;
  /** 1-based, in UTF-16 units */
  readonly column: number;
}

/** `path:line:column`, safe to print. */
export function formatPlace({ path, line, column }: Place): string {
  return `${escapeForDisplay(path)}:${line}:${column}`;
}
