import { escapeForDisplay } from "../secret/redact.ts";

const MAX_LENGTH = 500;

/**
 * Text in a row of the preflight: on one line, without gaps that could pass for columns, and not so long that it
 * pushes the other rows off the screen.
 */
export function displayValue(text: string, maxLength = MAX_LENGTH): string {
  const shown = escapeForDisplay(text).replace(/\p{Zs}{2,}/gu, " ");
  return shown.length <= maxLength ? shown : `${shown.slice(0, maxLength)}… (${shown.length} characters)`;
}
