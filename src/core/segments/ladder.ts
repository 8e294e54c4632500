import { entry } from '../entry.ts';
import { atomsOf } from './atoms.ts';
import { ANY_BAND, JOINT, partsOf } from './cell-names.ts';
import { type Facts, FEATURES, type Feature, type RequestField } from './features.ts';
import type { Combined, Segment, ServedStatistic } from './schema.ts';
import { type CompiledSegment, compileSegments, gapsBetween, NO_BAND } from './segments.ts';

/** Parts of a ladder taken jointly, by their indexes, ascending. The level of no part is the country. */
export type Level = readonly number[];

/** For each part of a ladder the position of its band, or NO_BAND: of a customer, or of the cell of a level. */
export type Positions = readonly number[];

/**
 * A segment, plain or combined, as everything that answers sees it: a list of levels from fine to coarse. The first one
 * whose cell has enough rows gives the answer.
 *
 * A plain segment has one level, itself, and ends at the country only if `fallback` says so. A combined one has the
 * levels of {@link levelsToAsk}, and always ends there.
 */
export interface Ladder {
  name: string;
  config: Segment | Combined;
  /**
   * Whether cells with fewer rows than it asks for, or with the very rows of their coarser cell, are left out of the table.
   * A plain segment has all of them, and names the customer's band also where the country or the default answers.
   */
  isCombined: boolean;
  /** A plain segment has one part, itself; a combined one those of `combine`, in that order. */
  parts: readonly CompiledSegment[];
  /** For each part its position among all plain segments by name, which is the order of a cube's layout. */
  positions: readonly number[];
  /** The distinct features of the parts, in the order in which they first come. */
  features: readonly Feature[];
  /** The fields without which a request is refused. */
  required: readonly RequestField[];
  /** Whether a part is made of the first order: a request with one in the future is refused. */
  looksAtFirstOrder: boolean;
  /** What one band more of each part adds to the key of a cell: see {@link keyOf}. */
  weights: readonly number[];
  /** Rows with an amount of their own that a cell needs to answer: 0 where an amount that was filled in answers as well. */
  minSupport: number;
  endsAtCountry: boolean;
  /** What is served of its cells, and of the country. */
  statistic: ServedStatistic;
  countryStatistic: ServedStatistic;
  /** Made by {@link levelsToAsk}, by the parts that are known. */
  asked: Level[][];
}

/** What ladders are made of: a part of every config. */
interface LadderConfig {
  segments: Record<string, Segment>;
  combined: Record<string, Combined>;
  amount: { statistic: ServedStatistic };
  fallback: readonly string[];
}

/** @returns the ladders of a config: of the plain segments, then of the combined ones, each sorted by name */
export function compileLadders(config: LadderConfig): Ladder[] {
  const segments = compileSegments(config.segments);
  const plain = segments.map(({ name }, position) =>
    ladderOf(name, config.segments[name] as Segment, [position], segments, config),
  );
  const combined = Object.entries(config.combined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, entry]) => {
      const positions = entry.combine.map((part) => segments.findIndex((one) => one.name === part));
      return ladderOf(name, entry, positions, segments, config);
    });
  return [...plain, ...combined];
}

function ladderOf(
  name: string,
  own: Segment | Combined,
  positions: readonly number[],
  segments: readonly CompiledSegment[],
  { amount, fallback }: LadderConfig,
): Ladder {
  const isCombined = 'combine' in own;
  const parts = positions.map((position) => segments[position] as CompiledSegment);
  const features = [...new Set(parts.map(({ feature }) => feature))];
  const fields = features.map((feature) => FEATURES[feature].field).filter((field) => field !== null);
  const statistic = own.statistic ?? amount.statistic;
  return {
    name,
    config: own,
    isCombined,
    parts,
    positions,
    features,
    required: isCombined ? [] : fields,
    looksAtFirstOrder: fields.includes('first_order_ts'),
    weights: parts.map((_, index) =>
      parts.slice(index + 1).reduce((product, { bands }) => product * (bands.length + 1), 1),
    ),
    minSupport: isCombined ? own.min_support : 0,
    endsAtCountry: isCombined || fallback.includes('country'),
    statistic,
    countryStatistic: isCombined ? statistic : amount.statistic,
    asked: [],
  };
}

/**
 * All levels that are asked for some customer, but the country: every beginning of the list of parts, and every
 * beginning of what is left of it when some features are not known or fall in a gap of some of their parts. A level
 * comes after its coarser ones. The build needs them; answering finds its way by {@link levelsToAsk}.
 */
export function allLevels({ parts, features }: Ladder): Level[] {
  let known = [0];
  for (const feature of features) {
    const choices = [...new Set(choicesOf(parts, feature).map(maskOf))];
    known = known.flatMap((set) => choices.map((more) => set | more));
  }
  const beginnings = new Set(known.flatMap((set) => parts.map((_, part) => set & ((2 << part) - 1))));
  beginnings.delete(0);
  return Array.from(beginnings, (set) => partsIn(set));
}

/** @returns where customers can be in the bands of the parts, by one feature alone: first in none */
function choicesOf(parts: readonly CompiledSegment[], feature: Feature): Positions[] {
  const atoms = atomsOf(parts.map((part) => (part.feature === feature ? part.bands : [])));
  return [parts.map(() => NO_BAND), ...atoms.map(({ bands }) => bands)];
}

/** Whether there are no customers outside the bands of a ladder: a request without its field is refused. */
export function hasNoOutside({ parts, required }: Ladder): boolean {
  return required.length > 0 && parts.every(({ feature, bands }) => gapsBetween(feature, bands).length === 0);
}

/** @returns a number with a bit for each part that has a band */
function maskOf(known: Positions): number {
  let mask = 0;
  for (let part = 0; part < known.length; part++) if (known[part] !== NO_BAND) mask |= 1 << part;
  return mask;
}

function partsIn(mask: number): number[] {
  const parts: number[] = [];
  for (let part = 0; 1 << part <= mask; part++) if (mask & (1 << part)) parts.push(part);
  return parts;
}

/** @returns a customer's position: that of the band of each part */
export function locate({ parts }: Ladder, facts: Facts): number[] {
  return parts.map((part) => part.locate(part.quantityOf(facts)));
}

/**
 * The order in which levels are asked, from the finest: the last part that is known is given up first. When even the
 * first one alone has not enough rows, nothing can rest on its feature: it is left out, and the rest of the list is
 * asked in the same way. Then it is the country's turn, where the ladder ends there.
 *
 * @param known the band of each part as the customer has it
 */
export function levelsToAsk(ladder: Ladder, known: Positions): readonly Level[] {
  const mask = maskOf(known);
  const made = ladder.asked[mask];
  if (made !== undefined) return made;
  const levels: Level[] = [];
  let list = partsIn(mask);
  while (list.length > 0) {
    for (let length = list.length; length > 0; length--) levels.push(list.slice(0, length));
    const hopeless = ladder.parts[entry(list, 0)]?.feature;
    list = list.filter((part) => ladder.parts[part]?.feature !== hopeless);
  }
  if (ladder.endsAtCountry) levels.push([]);
  ladder.asked[mask] = levels;
  return levels;
}

/** @returns the number of the cell of a level that a customer falls in; 0 for the country. No two cells have the same */
export function keyOf({ weights }: Ladder, level: Level, known: Positions): number {
  let key = 0;
  for (let index = 0; index < level.length; index++) {
    // A part that is not there makes it NaN, at which no list has an entry: three checks here take a third of a decision.
    const part = level[index] as number;
    key += ((known[part] as number) + 1) * (weights[part] as number);
  }
  return key;
}

/** @returns the bands of the cell of a key, the inverse of {@link keyOf} */
export function positionsOf({ parts, weights }: Ladder, key: number): number[] {
  return parts.map(({ bands }, part) => {
    return (Math.floor(key / entry(weights, part)) % (bands.length + 1)) - 1;
  });
}

/** @returns the name of a cell, as statistics and answers have it: a band, or a combination of bands */
export function cellName({ parts }: Ladder, cell: Positions): string {
  return parts.map(({ bands }, part) => bands[entry(cell, part)]?.name ?? ANY_BAND).join(JOINT);
}

/** @returns the bands of a cell by its name; null for a name that no cell has */
export function parseCell({ parts }: Ladder, name: string): number[] | null {
  const names = parts.length === 1 ? [name] : partsOf(name);
  if (names.length !== parts.length) return null;
  const cell = parts.map(({ bands }, part) => bands.findIndex((band) => band.name === names[part]));
  return cell.some((band, part) => band === NO_BAND && names[part] !== ANY_BAND) ? null : cell;
}

/**
 * @returns every position that customers can have in the bands of a ladder: for each feature every range in which no
 * part changes its band, and none
 */
export function* allPositions({ parts, features }: Ladder): Generator<Positions> {
  const choices = features.map((feature) => choicesOf(parts, feature));
  function* from(index: number, known: Positions): Generator<Positions> {
    const atoms = choices[index];
    if (atoms === undefined) return yield known;
    for (const bands of atoms) {
      const more = known.map((band, part) => Math.max(band, entry(bands, part)));
      yield* from(index + 1, more);
    }
  }
  const none = parts.map(() => NO_BAND);
  yield* from(0, none);
}
