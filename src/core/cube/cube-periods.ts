import { Cube } from './cube.ts';

/** @returns the indexes of the periods that have kept rows, ascending */
export function periodsOf(cube: Cube): number[] {
  const periods = new Set<number>();
  for (const { groups } of cube.countries.values()) {
    for (const group of groups.keys()) periods.add(cube.periodOf(group));
  }
  return [...periods].sort((a, b) => a - b);
}

/**
 * @returns a cube of the kept rows of some periods alone; what cleaning dropped belongs to no period and is not in it
 */
export function cubeOfPeriods(cube: Cube, keep: (period: number) => boolean): Cube {
  const part = new Cube(cube.layout);
  for (const [spelling, { groups }] of cube.countries) {
    for (const [group, amounts] of groups) {
      const period = cube.periodOf(group);
      if (!keep(period)) continue;
      for (const [amount, rows] of amounts) part.addRows(spelling, period, cube.bandsOf(group), amount, rows);
    }
  }
  return part;
}
