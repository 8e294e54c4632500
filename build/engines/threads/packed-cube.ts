import {
  type CountryCleaning,
  type CountryCounts,
  Cube,
  type CubeLayout,
} from '../../../src/core/cube/cube.ts';

/** A cube on its way between threads: arrays of numbers are handed over, where maps would be copied. */
export interface PackedCube {
  countries: ({ country: string; cells: Float64Array<ArrayBuffer> } & CountryCleaning)[];
  firstTimestamp: number | null;
  lastTimestamp: number | null;
}

/** @returns a cube whose {@link buffersOf} may be handed over */
export function packCube({ countries, firstTimestamp, lastTimestamp }: Cube): PackedCube {
  const packed = Array.from(countries, ([country, { groups, ...rest }]) => ({
    country,
    cells: cellsOf(groups),
    ...rest,
  }));
  return { countries: packed, firstTimestamp, lastTimestamp };
}

/** @returns the memory to hand over */
export function buffersOf({ countries }: PackedCube): ArrayBuffer[] {
  return countries.map(({ cells }) => cells.buffer);
}

/** Adds a cube to another one. */
export function addPacked({ countries, firstTimestamp, lastTimestamp }: PackedCube, cube: Cube): void {
  for (const { country, cells, ...cleaning } of countries) {
    cube.addCells(country, cells);
    cube.addCleaning(country, cleaning);
  }
  if (firstTimestamp !== null && lastTimestamp !== null) cube.span(firstTimestamp, lastTimestamp);
}

/** @returns the cube that was packed, of the same layout */
export function unpackCube(packed: PackedCube, layout: CubeLayout): Cube {
  const cube = new Cube(layout);
  addPacked(packed, cube);
  return cube;
}

function cellsOf(groups: CountryCounts['groups']): Float64Array<ArrayBuffer> {
  let cells = 0;
  for (const amounts of groups.values()) cells += amounts.size;
  const packed = new Float64Array(3 * cells);
  let at = 0;
  for (const [group, amounts] of groups) {
    for (const [amount, rows] of amounts) {
      packed[at++] = group;
      packed[at++] = amount;
      packed[at++] = rows;
    }
  }
  return packed;
}
