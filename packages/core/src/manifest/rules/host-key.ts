/**
 * A public key as `type base64`, its comment cut.
 * @returns undefined when the base64 part is not a key of the type that stands before it
 */
export function parseHostKey(text: string): string | undefined {
  const [type, blob] = text.split(" ");
  if (type === undefined || blob === undefined) return undefined;
  const bytes = Buffer.from(blob, "base64");
  if (bytes.length < 4) return undefined;
  const length = bytes.readUInt32BE(0);
  const named = bytes.subarray(4, 4 + length).toString("latin1");
  return named === type && bytes.length > 4 + length ? `${type} ${blob}` : undefined;
}
