/** @returns the middle value, or the mean of the two in the middle */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/**
 * Runs contenders in turn (A B, B A, A B …), so that what else the machine does falls on all alike and none always
 * comes last.
 *
 * @returns what each measured, round by round
 */
export async function inTurn<Name extends string, T>(
  rounds: number,
  contenders: Record<Name, () => T | Promise<T>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(contenders) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      measured[name].push(await contenders[name]());
    }
  }
  return measured;
}

/** @returns the median over the rounds of a / b: the two of one round ran close to each other */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / (b[round] ?? Number.NaN)));
}

/** @returns the tenth part of the way from the least value to the largest: other programs only ever add to a time */
export function least(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? Number.NaN;
}

/** @returns a / b of the rounds in which each was disturbed least */
export function leastRatio(a: readonly number[], b: readonly number[]): number {
  return least(a) / least(b);
}
