const UNPRINTABLE = /[^\x20-\x7e]/gu;

function escapeCharacter(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

/** A double-quoted YAML string of printable ASCII; read back it is the same text, and it never leaves its line. */
export function quoteYaml(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replace(UNPRINTABLE, escapeCharacter)}"`;
}

const MAX_SHOWN_LENGTH = 160;

/** Text of an agent inside a sentence: quoted, printable, cut after 160 characters. */
export function quoteShort(text: string): string {
  return quoteYaml(text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text);
}
