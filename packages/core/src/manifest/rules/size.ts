const UNITS: Readonly<Record<string, number>> = {
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};
const SIZE = /^([0-9]+(?:\.[0-9]+)?) ?([KMGT]i?B)$/;

/** Bytes of `8GiB`, `512MiB`, `1.5 GB`; a number is bytes already. Undefined for anything else. */
export function parseSize(size: string | number): number | undefined {
  if (typeof size === "number") return Number.isSafeInteger(size) && size > 0 ? size : undefined;
  const [, amount, unit] = SIZE.exec(size) ?? [];
  const bytes = Math.floor(Number(amount) * (UNITS[unit ?? ""] ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
