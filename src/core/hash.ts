/** @returns a number below 2^53 that two texts share only if they are the same, as good as always */
export function textHash(text: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x5bd1e995);
    low ^= low >>> 15;
  }
  high = Math.imul(high ^ (high >>> 16), 0x7feb352d) ^ low;
  high ^= high >>> 15;
  low = Math.imul(low ^ (low >>> 13), 0xc2b2ae35) ^ high;
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
