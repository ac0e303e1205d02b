/** Sorted, disjoint ranges of code points, both ends included. */
export type CodePointSet = readonly (readonly [first: number, last: number])[];

const LAST = 0x10ffff;

export function unionSets(...sets: readonly CodePointSet[]): CodePointSet {
  const sorted = sets.flat().sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export function complementSet(set: CodePointSet): CodePointSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [first, last] of unionSets(set)) {
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST) gaps.push([next, LAST]);
  return gaps;
}

const shifted = (set: CodePointSet, from: number, to: number, by: number): CodePointSet =>
  set.flatMap(([first, last]) => {
    const [low, high] = [Math.max(first, from), Math.min(last, to)];
    return low <= high ? [[low + by, high + by] as const] : [];
  });

/** The set with both cases of its ASCII letters. */
export function foldAsciiCase(set: CodePointSet): CodePointSet {
  return unionSets(set, shifted(set, 0x41, 0x5a, 0x20), shifted(set, 0x61, 0x7a, -0x20));
}

export function setHas(set: CodePointSet, code: number): boolean {
  for (const [first, last] of set) if (code <= last) return code >= first;
  return false;
}

export const ANY: CodePointSet = [[0, LAST]];
export const DIGIT: CodePointSet = [[0x30, 0x39]];
export const WORD: CodePointSet = [[0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]; // prettier-ignore
export const SPACE: CodePointSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
