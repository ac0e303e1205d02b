/**
 * A second opinion on what may reach a terminal, written as one grammar and sharing nothing with the filter.
 * Text is everything but C0, DEL and C1; each escape is one of the forms below.
 */
const TEXT = "[^\\x00-\\x1f\\x7f-\\x9f]|[\\x07-\\x0f]";
const NUMBER = "\\d{0,4}";
const MODE = "(?:1|7|12|25|47|1000|1002|1003|1004|1006|1007|1015|1047|1048|1049|2004|2026)";
const ESCAPES = [
  "[78DEM=>]",
  "[()][B0]",
  `\\[${NUMBER}[ABCDEFGIJKLMPSTXZ\`abde@]`,
  `\\[${NUMBER}(?:;${NUMBER})?[Hfr]`,
  "\\[[su]",
  `\\[(?:${NUMBER}[;:]){0,31}${NUMBER}m`,
  "\\[4[hl]",
  "\\[!p",
  "\\[0*[0-6]? q",
  `\\[\\?0*${MODE}(?:;0*${MODE})*[hl]`,
  "\\[>0*(?:[0-9]|[12][0-9]|3[01])?u",
  "\\[<0*[1-4]?u",
  "\\[>0*4(?:;0*[0-2]?)?m",
];
const TOKEN = new RegExp(`\\x1b(?:${ESCAPES.join("|")})|(?:${TEXT})+`, "uy");

/** @returns the first thing that must not be there, or undefined */
export function findForbidden(output: Uint8Array): string | undefined {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(output);
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    if (!TOKEN.test(text)) return JSON.stringify(text.slice(at, at + 40));
  }
  return undefined;
}
