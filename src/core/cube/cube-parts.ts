import { Cube, type CubeCounts } from './cube.ts';

/** @returns each cell of a cube: the country as spelled, the group, the amount, and its rows */
export function* cellsIn({
  countries,
}: Pick<CubeCounts, 'countries'>): Generator<[country: string, group: number, amount: number, rows: number]> {
  for (const [country, { groups }] of countries) {
    for (const [group, amounts] of groups) {
      for (const [amount, rows] of amounts) yield [country, group, amount, rows];
    }
  }
}

/** @returns the indexes of the periods that have kept rows, ascending */
export function periodsOf(cube: Cube): number[] {
  const periods = new Set<number>();
  for (const { groups } of cube.countries.values()) {
    for (const group of groups.keys()) periods.add(cube.periodOf(group));
  }
  return [...periods].sort((a, b) => a - b);
}

/** @returns a cube of some of the kept rows alone; what cleaning dropped is not in it */
export function partOf(
  cube: Cube,
  isMeant: (spelling: string, group: number, amount: number) => boolean,
): Cube {
  const part = new Cube(cube.layout);
  for (const [spelling, group, amount, rows] of cellsIn(cube)) {
    if (isMeant(spelling, group, amount)) part.addCells(spelling, [group, amount, rows]);
  }
  return part;
}
