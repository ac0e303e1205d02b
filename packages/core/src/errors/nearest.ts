/** Edits that turn one text into the other: insert, delete, replace, swap of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

const MAX_LENGTH = 64;

const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, "");

/** The candidate that was probably meant; undefined when none is near. Case, `-` and `_` count only between equals. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestScore = Infinity;
  for (const candidate of candidates) {
    if (candidate.length > MAX_LENGTH) continue;
    const distance = editDistance(plain(written), plain(candidate));
    if (distance > Math.max(1, Math.floor(Math.max(written.length, candidate.length) / 3))) continue;
    const score = distance + editDistance(written, candidate) / (4 * MAX_LENGTH);
    if (score < bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}
