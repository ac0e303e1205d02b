/** Bytes of a longer value that are looked for; whoever sends the whole value sends these too. */
const PREFIX_BYTES = 256;

/** Base64 of the bytes when `offset` other bytes stand before them, without the characters that share bits with others. */
function base64At(bytes: Buffer, offset: 0 | 1 | 2): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const wholeCharacters = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(Math.ceil((offset * 8) / 6), wholeCharacters);
}

const toUrlAlphabet = (base64: string): string => base64.replaceAll("+", "-").replaceAll("/", "_");
const lowerEscapes = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

function percentForms(text: string, bytes: Buffer): string[] {
  const usual = encodeURIComponent(text);
  const strict = usual.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = strict.replaceAll("%20", "+");
  const every = Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  return [usual, strict, form, every].flatMap((one) => [one, lowerEscapes(one)]);
}

function jsonForms(text: string): string[] {
  const usual = JSON.stringify(text).slice(1, -1);
  const ascii = usual.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const every = Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
  return [usual, ascii, usual.replaceAll("/", "\\/"), ascii.replaceAll("/", "\\/"), every];
}

function htmlForm(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (c) => names[c] ?? c);
}

/**
 * What a value looks like when somebody shows it: itself, base64 and base64url at each of the three alignments, hex in
 * both cases, percent-encoded, as part of a JSON string, as part of HTML. Each form once.
 */
export function encodedForms(value: string): Buffer[] {
  const bytes = Buffer.from(value, "utf8").subarray(0, PREFIX_BYTES);
  // Cut at a character, so that the text forms are of the same prefix.
  const text = bytes.toString("utf8").replace(/\ufffd+$/, "");
  const whole = Buffer.from(text, "utf8");
  const base64 = ([0, 1, 2] as const).map((offset) => base64At(whole, offset));
  const hex = whole.toString("hex");
  const forms = new Set([
    ...[...base64, ...base64.map(toUrlAlphabet), hex, hex.toUpperCase()],
    ...[...percentForms(text, whole), ...jsonForms(text), htmlForm(text), text],
  ]);
  return Array.from(forms, (form) => Buffer.from(form, "utf8"));
}
