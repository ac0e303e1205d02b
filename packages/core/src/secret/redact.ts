/** Controls, line and paragraph separators, lone surrogates, and everything invisible: bidirectional, joining, tags. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** Colours of programs; gone rather than escaped, so that the text stays readable. */
// eslint-disable-next-line no-control-regex -- the point of this file
const COLOUR = /\u001b\[[0-9;]*m/g;
/** The bound on the scheme keeps a hostile text from costing more than linear time. */
const USERINFO = /([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#]*@/gi;

const hexOf = (character: string): string => (character.codePointAt(0) ?? 0).toString(16);

/** Text that stays on its line: control, bidirectional and invisible characters become `\u{hex}`. */
export function escapeForDisplay(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${hexOf(character)}}`);
}

/** A JSON document for a terminal: the same value, with every character that could move a cursor as `\uXXXX`. */
export function jsonForDisplay(value: unknown, indent?: number): string {
  const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const text = JSON.stringify(value ?? null, undefined, indent);
  return text.replace(UNSAFE, (found) => (found === "\n" ? found : found.split("").map(escapeUnit).join("")));
}

/**
 * Text from outside (stderr of a program, an engine's message, a URL), safe to print or log: credentials in URLs are
 * cut, colours dropped, control characters escaped, line ends and tabs kept.
 */
export function redactForDisplay(text: string): string {
  return text
    .replace(COLOUR, "")
    .replace(/\r\n?/g, "\n")
    .replace(USERINFO, "$1[redacted]@")
    .split(/([\n\t])/)
    .map((part, index) => (index % 2 === 1 ? part : escapeForDisplay(part)))
    .join("");
}
