import { entry } from './entry.ts';

/** @returns Levenshtein's distance: how many characters are to be put in, taken out or exchanged */
export function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = entry(above, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, entry(above, j) + 1, entry(row, j - 1) + 1));
    }
    above = row;
  }
  return entry(above, b.length);
}
