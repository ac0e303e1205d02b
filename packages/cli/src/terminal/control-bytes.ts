/** Names of ECMA-48 control bytes that the filter handles one by one. */
export const BEL = 0x07;
export const SO = 0x0e;
export const CAN = 0x18;
export const SUB = 0x1a;
export const ESC = 0x1b;
export const DEL = 0x7f;
/** 8-bit string terminator */
export const ST = 0x9c;

const PASSED_CONTROLS: readonly number[] = [
  BEL,
  0x08, // BS
  0x09, // HT
  0x0a, // LF
  0x0b, // VT
  0x0c, // FF
  0x0d, // CR
  SO, // line drawing of terminfo entries that shift; undone at the end
  0x0f, // SI
];

/** 1 for each byte that passes by itself: printable ASCII and the controls above. ENQ would make a terminal answer. */
export const PLAIN_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte < DEL) || PASSED_CONTROLS.includes(byte) ? 1 : 0,
);
