/** @returns a function that rounds to the nearest multiple of `step` (halves up, of the double: 1.005 is less than a half) and prints without binary noise */
export function roundTo(step: number): (value: number) => number {
  const perUnit = Math.round(1 / step);
  const divides = perUnit >= 1 && Math.abs(perUnit * step - 1) < 1e-9;
  return (value) => {
    const multiple = Math.round(divides ? value * perUnit : value / step);
    // Beyond 2^53 every double is a whole number, and multiplying would lose digits instead of rounding them.
    if (!(multiple < Number.MAX_SAFE_INTEGER)) return value;
    return divides ? multiple / perUnit : Number((multiple * step).toPrecision(15));
  };
}
