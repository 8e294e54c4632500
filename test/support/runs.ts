/**
 * How many random cases a property is tried with: enough to find what it is there for within seconds.
 * `RUNS=10 npm test` tries ten times as many.
 */
export function runs(usual: number): number {
  return Math.ceil(usual * Number(process.env.RUNS ?? 1));
}
