import type { CubeLayout } from '../../../../src/core/cube/cube.ts';
import type { Feature } from '../../../../src/core/segments/features.ts';
import type { Band } from '../../../../src/core/segments/schema.ts';
import { LARGEST_NUMBER, type Steps } from './steps.ts';

/** The longest table of bands that is written into a query. */
const LONGEST_TABLE = 20_000;

/**
 * @param values an expression for each feature: a whole number (Int64), -1 where it is unknown
 * @returns one number for the bands of all segments, as the groups of a cube have it
 */
export function combination(steps: Steps, layout: CubeLayout, values: ReadonlyMap<Feature, string>): string {
  const parts = layout.addresses.map(({ feature, addressOf }) => {
    const value = values.get(feature) ?? '-1';
    const weighed = weighedBands(layout, feature);
    const edges = weighed.flatMap(({ bands }) => bands.map(({ min, max }) => max ?? min));
    const highest = Math.max(...edges);
    if (highest > LONGEST_TABLE || layout.combinations > LARGEST_NUMBER)
      return comparedAddress(weighed, value);
    const table = Array.from({ length: highest + 3 }, (_, index) => addressOf(index - 1));
    return `toUInt64(${steps.lookup(table, `least(greatest(${value} + 2, 1), ${highest + 3})`)})`;
  });
  return parts.length === 0 ? 'toUInt64(0)' : parts.join(' + ');
}

interface WeighedBands {
  bands: readonly Band[];
  /** What a place in the list of bands counts in the number of a combination. */
  weight: number;
}

function weighedBands({ segments }: CubeLayout, feature: Feature): WeighedBands[] {
  let weight = 1;
  const weighed = segments.toReversed().map((segment) => {
    const own = { bands: segment.bands, weight, feature: segment.feature };
    weight *= segment.bands.length + 1;
    return own;
  });
  return weighed.filter((one) => one.feature === feature);
}

function comparedAddress(weighed: readonly WeighedBands[], value: string): string {
  return weighed
    .map(({ bands, weight }) => `toUInt64(${comparedPlace(bands, value)}) * ${weight}`)
    .join(' + ');
}

/** The position of a value's band, counted from 1, or 0. */
function comparedPlace(bands: readonly Band[], value: string): string {
  const cases = bands.map(({ min, max }, position) =>
    max === undefined
      ? `${value} >= ${min}, ${position + 1}`
      : `${value} BETWEEN ${min} AND ${max}, ${position + 1}`,
  );
  return `multiIf(${cases.join(', ')}, 0)`;
}
