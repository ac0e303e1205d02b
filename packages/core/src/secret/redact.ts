// eslint-disable-next-line no-control-regex -- the point of this file
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;

/** Text that stays on its line: control, bidirectional and invisible characters become `\u{hex}`. */
export function escapeForDisplay(text: string): string {
  return text.replace(CONTROL, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

/**
 * Text from outside (stderr of a program, an engine's message, a URL), safe to print or log: credentials in URLs are
 * cut, control characters escaped, line ends and tabs kept.
 */
export function redactForDisplay(text: string): string {
  return text
    .replace(USERINFO, "$1[redacted]@")
    .split(/(\r?\n|\t)/)
    .map((part, index) => (index % 2 === 1 ? part.replace("\r", "") : escapeForDisplay(part)))
    .join("");
}
