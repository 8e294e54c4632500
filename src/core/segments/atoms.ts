import type { Band } from './schema.ts';
import { NO_BAND } from './segments.ts';

/**
 * A range of whole numbers in which several segments of one feature change no band: the joint answer of all of them
 * is found by one look-up.
 */
interface Atom extends Band {
  /** The position of its band in each of the segments, or NO_BAND. */
  bands: number[];
}

/**
 * Cuts the whole numbers at every edge of every band.
 *
 * @param segments the bands of each segment of one feature
 * @returns the ranges between the edges, ascending; ranges that no segment has a band for are left out
 */
export function atomsOf(segments: readonly (readonly Band[])[]): Atom[] {
  const edges = new Set(
    segments.flat().flatMap(({ min, max }) => (max === undefined ? [min] : [min, max + 1])),
  );
  const starts = [...edges].sort((a, b) => a - b);
  return starts.flatMap((min, index) => {
    const next = starts[index + 1];
    const bands = segments.map((list) => bandOf(list, min));
    if (bands.every((band) => band === NO_BAND)) return [];
    return [{ name: String(min), min, ...(next === undefined ? {} : { max: next - 1 }), bands }];
  });
}

function bandOf(bands: readonly Band[], value: number): number {
  return bands.findIndex(({ min, max }) => value >= min && (max === undefined || value <= max));
}
