/**
 * @param value a number, or its text
 * @returns it as people read it, with a comma between thousands: 198674 as 198,674, 4164.57 as 4,164.57
 */
export function readable(value: number | string): string {
  // Intl.NumberFormat would do, and takes longer to load than a small file takes to read.
  return String(value).replace(/\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ','));
}

/** @returns "1 row", "6,200 rows" @param many where an s is not enough */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${readable(count)} ${byCount(count, one, many)}`;
}

/** @returns the first of some texts and how many there are besides: "Peru, China and 3 more" */
export function firstOf(texts: readonly string[], most: number, between = ', '): string {
  const more = texts.length - most;
  return texts.slice(0, most).join(between) + (more > 0 ? ` and ${more} more` : '');
}

/**
 * @param share of 1
 * @returns 0.5 as 50%, 0.333 as 33.3%, 0.00012 as 0.012%: with one digit after the point, or two that are not 0, so
 *   that a share that is not 0 is never shown as 0%
 */
export function percent(share: number): string {
  const value = share * 100;
  return `${Number(Math.abs(value) >= 1 ? value.toFixed(1) : value.toPrecision(2))}%`;
}

/** @returns the same for columns, with as many digits for all: 0.0798 as 8.0%, and 0.0001 as <0.1% */
export function fixedPercent(share: number, digits = 1): string {
  const smallest = 0.1 ** digits;
  const value = share * 100;
  return value > 0 && value < smallest / 2 ? `<${smallest.toFixed(digits)}%` : `${value.toFixed(digits)}%`;
}

/** @returns the first word for one of something, else the second: "has", "have" */
export function byCount(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
