import type { Band, Feature } from '../../../../src/core/config/config.ts';
import { compileBands } from '../../../../src/core/config/segments.ts';
import type { CubeLayout } from '../../../../src/core/cube/cube.ts';
import type { Steps } from './steps.ts';

/** The longest table of bands that is written into a query. */
const LONGEST_TABLE = 20_000;

/**
 * @param values an expression for each feature: a whole number (Int64), -1 where it is unknown
 * @returns one number for the bands of all segments, as {@link bandsOf} takes it apart
 */
export function combination(steps: Steps, layout: CubeLayout, values: ReadonlyMap<Feature, string>): string {
  return layout.segments.reduce((address, { feature, bands }) => {
    const place = placeOf(steps, bands, values.get(feature) ?? '-1');
    return address === '' ? `toUInt64(${place})` : `(${address}) * ${bands.length + 1} + ${place}`;
  }, '');
}

/** @returns the position in each segment's list of bands, NO_BAND for none */
export function bandsOf(layout: CubeLayout, combination: number): number[] {
  const bands: number[] = [];
  let rest = combination;
  for (const segment of [...layout.segments].reverse()) {
    const choices = segment.bands.length + 1;
    bands.unshift((rest % choices) - 1);
    rest = Math.floor(rest / choices);
  }
  return bands;
}

/** The position of a value's band, counted from 1, or 0: by a table as core has it, which names the value once. */
function placeOf(steps: Steps, bands: readonly Band[], value: string): string {
  const locate = compileBands(bands);
  const highest = Math.max(...bands.map(({ min, max }) => max ?? min));
  if (highest > LONGEST_TABLE) return comparedPlace(bands, value);
  const table = Array.from({ length: highest + 3 }, (_, index) => locate(index - 1) + 1);
  return steps.lookup(table, `least(greatest(${value} + 2, 1), ${highest + 3})`);
}

function comparedPlace(bands: readonly Band[], value: string): string {
  const cases = bands.map(({ min, max }, position) =>
    max === undefined
      ? `${value} >= ${min}, ${position + 1}`
      : `${value} BETWEEN ${min} AND ${max}, ${position + 1}`,
  );
  return `multiIf(${cases.join(', ')}, 0)`;
}
