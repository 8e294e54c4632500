/** An amount is rounded to the amount nearest to it that its country has given in the history. */
export const NEAREST_GIVEN_AMOUNT = 'nearest_given_amount';

/** How amounts are rounded: to a multiple of a number, or to an amount that was given. */
export type Rounding = number | typeof NEAREST_GIVEN_AMOUNT;

/** Of the process: a runtime always knows the same ones, and most never ask. */
let codes: ReadonlySet<string> | undefined;

/** @returns whether a text is the code of a currency (ISO 4217), as this runtime knows them */
export function isCurrency(text: string): boolean {
  codes ??= new Set(Intl.supportedValuesOf('currency'));
  return codes.has(text);
}

/** @returns the smallest amount that can be paid in a currency: 0.01 of EUR, 1 of JPY */
export function smallestUnit(currency: string): number {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return Number(`1e-${maximumFractionDigits}`);
}

/**
 * @param given the amounts that the country has given, in any order; without any, the nearest one is the amount itself
 * @returns a function that rounds an amount to what is served
 * @example rounder(0.5, [])(3.3) // 3.5
 * @example rounder('nearest_given_amount', [10, 20])(16) // 20
 */
export function rounder(rounding: Rounding, given: readonly number[]): (amount: number) => number {
  if (rounding !== NEAREST_GIVEN_AMOUNT) return roundTo(rounding);
  return (amount) => nearestAmount(given, amount) ?? amount;
}

/** @returns a function that rounds to a multiple of `step`, halves of the double up (1.005 is less), without binary noise */
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

/** @returns the amount of `amounts` nearest to `target`, a tie to the smaller; null without any */
export function nearestAmount(amounts: readonly number[], target: number): number | null {
  // A mean in the middle of two amounts is so but for its last bits.
  const noise = target * 1e-12;
  let nearest: number | null = null;
  for (const amount of amounts) {
    const closer = Math.abs(amount - target) - Math.abs((nearest ?? Infinity) - target);
    if (closer < -noise || (closer <= noise && nearest !== null && amount < nearest)) nearest = amount;
  }
  return nearest;
}
