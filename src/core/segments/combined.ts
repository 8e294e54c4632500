import { atomsOf } from './atoms.ts';
import type { Combined, Feature, Segment } from './schema.ts';
import { type CompiledSegment, compileSegments, NO_BAND } from './segments.ts';

/** Between the bands of a combination, and for a segment that it does without: `31-60 × * × 90-179`. */
export const JOINT = ' × ';
export const ANY_BAND = '*';

/** A combined segment made ready: what its combinations are, and in which order they are asked. */
export interface CombinedPlan {
  name: string;
  config: Combined;
  /** In the order of `combine`. */
  parts: readonly CompiledSegment[];
  /** Where each part stands among all segments in the order of their names, which is that of a cube's layout. */
  positions: readonly number[];
  /** What one band more of each part adds to the key of a combination: see {@link combinationKey}. */
  weights: readonly number[];
  /** The distinct features of the parts, in the order in which they first come. */
  features: readonly Feature[];
  /**
   * Which parts may be taken jointly: every beginning of the list, and every beginning of what is left of it when
   * some features are not known, or fall in a gap of some of their parts. A combination's coarser one
   * (without its last part) is always met before it.
   */
  groupings: readonly (readonly number[])[];
}

/** A combination: for each part the position of its band, or NO_BAND where it does without that part. */
export type Combination = readonly number[];

/** @returns the plans of a config's combined segments in the order of their names */
export function planCombined(config: {
  segments: Record<string, Segment>;
  combined: Record<string, Combined>;
}): CombinedPlan[] {
  const segments = compileSegments(config.segments);
  return Object.entries(config.combined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, combined]) => {
      const positions = combined.combine.map((part) => segments.findIndex((one) => one.name === part));
      const parts = positions.flatMap((position) => segments[position] ?? []);
      const features = [...new Set(parts.map(({ feature }) => feature))];
      const groupings = groupingsOf(parts, features);
      return { name, config: combined, parts, positions, weights: weightsOf(parts), features, groupings };
    });
}

function groupingsOf(parts: readonly CompiledSegment[], features: readonly Feature[]): number[][] {
  let known = [0];
  for (const feature of features) {
    const atoms = atomsOf(parts.map((part) => (part.feature === feature ? part.bands : [])));
    const banded = atoms.map(({ bands }) =>
      bands.reduce((set, band, part) => set | (band === NO_BAND ? 0 : 1 << part), 0),
    );
    const choices = [...new Set([0, ...banded])];
    known = known.flatMap((set) => choices.map((more) => set | more));
  }
  const beginnings = new Set(known.flatMap((set) => parts.map((_, part) => set & ((2 << part) - 1))));
  beginnings.delete(0);
  return Array.from(beginnings, (set) => parts.flatMap((_, part) => (set & (1 << part) ? [part] : [])));
}

function weightsOf(parts: readonly CompiledSegment[]): number[] {
  return parts.map((_, index) =>
    parts.slice(index + 1).reduce((product, { bands }) => product * (bands.length + 1), 1),
  );
}

/** @returns the one number that stands for a combination; the coarser one has that with its last part left out */
export function combinationKey({ weights }: CombinedPlan, combination: Combination): number {
  return weights.reduce((key, weight, part) => key + ((combination[part] ?? NO_BAND) + 1) * weight, 0);
}

/** @returns the name of a combination, as the artifact and answers have it */
export function combinationName({ parts }: CombinedPlan, combination: Combination): string {
  return parts.map(({ bands }, index) => bands[combination[index] ?? NO_BAND]?.name ?? ANY_BAND).join(JOINT);
}

/** @returns the combination that a name stands for; null for a name that is none */
export function parseCombination({ parts }: CombinedPlan, name: string): Combination | null {
  const names = name.split(JOINT);
  if (names.length !== parts.length) return null;
  const combination = parts.map(({ bands }, index) => bands.findIndex((band) => band.name === names[index]));
  const unknown = combination.some((band, index) => band === NO_BAND && names[index] !== ANY_BAND);
  return unknown ? null : combination;
}

/**
 * The order in which combinations are asked, from the finest: the last part that is known is given up first. When
 * even the first one alone has not enough rows, nothing can rest on its feature: it is left out, and the rest of the
 * list is asked in the same way. Ends when no part is left; then it is the country's turn.
 *
 * @param known the band of each part as the request has it, NO_BAND where that is not known
 * @yields each combination once
 */
export function* combinationsToAsk({ parts }: CombinedPlan, known: Combination): Generator<Combination> {
  let list = known.flatMap((band, index) => (band === NO_BAND ? [] : [index]));
  while (list.length > 0) {
    for (const asked = [...list]; asked.length > 0; asked.pop()) {
      yield known.map((band, index) => (asked.includes(index) ? band : NO_BAND));
    }
    const hopeless = parts[list[0] ?? 0]?.feature;
    list = list.filter((index) => parts[index]?.feature !== hopeless);
  }
}
