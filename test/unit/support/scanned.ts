import { onTestFinished } from 'vitest';

/** Counts the characters that `indexOf` goes over, until the test ends. @returns what tells how many they were */
export function countScanned(): () => number {
  const { indexOf } = String.prototype;
  let scanned = 0;
  String.prototype.indexOf = function count(this: string, ...args: [string, number?]): number {
    const at = indexOf.apply(this, args);
    scanned += (at === -1 ? this.length : at + 1) - Math.min(this.length, args[1] ?? 0);
    return at;
  };
  onTestFinished(() => {
    String.prototype.indexOf = indexOf;
  });
  return () => scanned;
}
