import { type Facts, FEATURES, type Feature } from './features.ts';
import type { Band, Segment } from './schema.ts';

/** The position of the band of a value that falls in none of them. */
export const NO_BAND = -1;

/**
 * Compiles bands to a table, so that finding one costs the same whatever their number.
 *
 * @returns for a whole number the position of its band in `bands`, or {@link NO_BAND}; a negative number has none
 */
export function compileBands(bands: readonly Band[]): (value: number) => number {
  const open = bands.findIndex((band) => band.max === undefined);
  const highest = Math.max(...bands.map((band) => band.max ?? band.min));
  const table = new Int32Array(highest + 1).fill(NO_BAND);
  bands.forEach((band, position) => {
    table.fill(position, band.min, (band.max ?? highest) + 1);
  });
  return (value) => (value > highest ? open : value >= 0 ? (table[value] ?? NO_BAND) : NO_BAND);
}

/**
 * @returns the ranges of values of a feature that no band holds, as `[from, to]`; `to` is null for no end
 * @example gapsBetween('hour', [{ name: 'day', min: 8, max: 19 }]) // [[0, 7], [20, 23]]
 */
export function gapsBetween(feature: Feature, bands: readonly Band[]): [from: number, to: number | null][] {
  const [least, most] = FEATURES[feature].range;
  const gaps: [number, number | null][] = [];
  let next = least;
  for (const band of [...bands].sort((a, b) => a.min - b.min)) {
    if (band.min > next) gaps.push([next, band.min - 1]);
    next = (band.max ?? Number.POSITIVE_INFINITY) + 1;
  }
  if (Number.isFinite(next) && next <= most) gaps.push([next, Number.isFinite(most) ? most : null]);
  return gaps.filter(([from, to]) => to === null || from <= to);
}

export interface CompiledSegment {
  name: string;
  feature: Feature;
  /** The value of the feature; kept here, since to look it up by name costs more than to compute it. */
  quantityOf: (facts: Facts) => number;
  /** In the order of the config; positions are counted in it. */
  bands: readonly Band[];
  /** See {@link compileBands}. */
  locate: (value: number) => number;
}

/** @returns the segments of a config in the order of their names @throws Error for one of an unknown feature */
export function compileSegments(segments: Record<string, Segment>): CompiledSegment[] {
  return Object.entries(segments)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { of, bands }]) => {
      if (!Object.hasOwn(FEATURES, of)) throw new Error(`${name} is of ${of}, which is not a feature`);
      return { name, feature: of, quantityOf: FEATURES[of].of, bands, locate: compileBands(bands) };
    });
}
