import { isOfSample } from '../artifact/sample.ts';
import type { ArtifactStatistics } from '../artifact/statistics.ts';
import { type Answering, type CompiledArtifact, countriesOf, segmentsOf } from '../decide/compile.ts';
import { answerFor, countryPosition, indexOf, walk } from '../decide/decide.ts';
import type { Decision } from '../decide/schema.ts';
import { entry } from '../entry.ts';
import { onceFor } from '../once-per.ts';
import { type Feature, UNKNOWN } from '../segments/features.ts';
import { cellName, hasNoOutside, type Positions, parseCell, positionsOf } from '../segments/ladder.ts';
import { type CompiledSegment, NO_BAND } from '../segments/segments.ts';
import { foldCountry } from '../values.ts';

/** What is compared. Without statistics nothing is known of means. */
export interface Compared {
  compiled: CompiledArtifact;
  statistics: ArtifactStatistics | null;
}

/**
 * @param live what a new version would replace; null where nothing is live, or it cannot be read
 * @returns what the guards compare the new version with. The sample says nothing of a real history, also where it was
 *   rolled back to, and what cannot be read is better replaced: both are null.
 */
export function comparable<T extends Compared>(live: T | null): T | null {
  return live === null || isOfSample(live) ? null : live;
}

/** What is known of a customer, by feature. */
export type Quantities = ReadonlyMap<Feature, number>;

/** Customers in the bands of a segment: the same in all countries. */
export interface Located {
  answering: Answering;
  positions: readonly Positions[];
}

/** No country of a history or a config: names are trimmed. */
const UNKNOWN_COUNTRY = ' ';

/** One side of a comparison: the cells of an artifact by name, and what each of them answers. */
export class Side {
  readonly compiled: CompiledArtifact;
  /** Shown names by folded ones. */
  readonly shown: ReadonlyMap<string, string>;
  readonly #statistics: ArtifactStatistics | null;
  /** The names of the cells of a segment, in the order of its places. */
  readonly #namesOf = onceFor(({ ladder, keys }: Answering) =>
    keys.map((key) => cellName(ladder, positionsOf(ladder, key))),
  );

  constructor({ compiled, statistics }: Compared) {
    this.compiled = compiled;
    this.#statistics = statistics;
    this.shown = new Map(compiled.table.countries.map((name) => [foldCountry(name), name]));
  }

  get segments(): string[] {
    return segmentsOf(this.compiled).map(({ ladder }) => ladder.name);
  }

  /** @returns the currency of a country's answers; null where the config names none */
  currency(fold: string | null): string | null {
    return this.compiled.currencies[countryPosition(this.compiled, fold ?? UNKNOWN_COUNTRY)] ?? null;
  }

  /** @returns the kept rows of a country; undefined for one that is not in the history */
  rows(fold: string): number | undefined {
    return this.compiled.table.country.rows[this.compiled.countries.get(fold) ?? -1];
  }

  /** @returns the kept rows of the cells of a segment that the history has rows of */
  cells(fold: string, segment: string): Map<string, number> {
    const answering = this.compiled.segments.get(segment);
    const rows = answering?.rows[this.compiled.countries.get(fold) ?? -1];
    if (answering === undefined || rows === undefined) return new Map();
    const names = this.#namesOf(answering);
    return new Map(names.flatMap((name, place) => (rows[place] ? [[name, rows[place]] as const] : [])));
  }

  /** @returns the mean of a cell; null where it has none, or nothing is known of it */
  mean(fold: string, segment: string, cell: string): number | null {
    const cells = this.#country(fold)?.segments[segment] ?? {};
    return (Object.hasOwn(cells, cell) ? cells[cell]?.mean : null) ?? null;
  }

  /** The periods that statistics tell of; undefined where they tell of none. */
  get trend(): ArtifactStatistics['trend'] {
    return this.#statistics?.trend;
  }

  /** @returns the rows and the sum of the amounts of a country in each of these periods */
  periods(fold: string): Map<string, { rows: number; sum: number }> {
    const { rows = [], mean = [] } = this.#country(fold)?.overall.trend ?? {};
    const periods = this.trend?.periods ?? [];
    return new Map(
      periods.map((period, at) => [period, { rows: rows[at] ?? 0, sum: (rows[at] ?? 0) * (mean[at] ?? 0) }]),
    );
  }

  /** The countries that have answers of their own, by folded name: those of the history, and those of the config. */
  get named(): Map<string, string> {
    return new Map(countriesOf(this.compiled).map((name) => [foldCountry(name), name]));
  }

  /** @returns the names of the bands of a plain segment; none for a combined one */
  bandsOf(segment: string): string[] {
    return this.isJoint(segment)
      ? []
      : this.partsOf(segment).flatMap(({ bands }) => bands.map(({ name }) => name));
  }

  /**
   * @param fold null for a country that is not known
   * @param cell null for customers in no band
   * @returns what is decided; null where there is no such segment, or no such cell in it
   */
  decision(fold: string | null, segment: string, cell: string | null): Decision | null {
    const answering = this.compiled.segments.get(segment);
    if (answering === undefined) return null;
    const { ladder } = answering;
    const known = cell === null ? ladder.parts.map(() => NO_BAND) : parseCell(ladder, cell);
    return known && answerFor(this.compiled, answering, fold ?? UNKNOWN_COUNTRY, known);
  }

  /** @returns the parts of a segment: itself, or those that it combines */
  partsOf(segment: string): readonly CompiledSegment[] {
    return this.compiled.segments.get(segment)?.ladder.parts ?? [];
  }

  /** @returns where customers are in a segment; null where there is no such segment */
  locate(segment: string, customers: readonly Quantities[]): Located | null {
    const answering = this.compiled.segments.get(segment);
    if (answering === undefined) return null;
    const { parts } = answering.ladder;
    const positions = customers.map((quantities) =>
      parts.map((part) => part.locate(quantities.get(part.feature) ?? UNKNOWN)),
    );
    return { answering, positions };
  }

  /**
   * @param fold null for a country that is not known
   * @param index of one of the customers
   * @returns the number of what is decided for the customer: the same number is the same decision, in one country
   */
  numberFor(fold: string | null, { answering, positions }: Located, index: number): number {
    const known = entry(positions, index);
    const country = countryPosition(this.compiled, fold ?? UNKNOWN_COUNTRY);
    return indexOf(answering, known, walk(answering, country, known));
  }

  /** @returns what is decided for a customer, as {@link decision} does */
  decisionFor(fold: string | null, { answering, positions }: Located, index: number): Decision {
    return answerFor(this.compiled, answering, fold ?? UNKNOWN_COUNTRY, entry(positions, index));
  }

  /** @returns as {@link decision}, but for a cell that a segment does not have what it decides for customers in no band */
  given(fold: string, segment: string, cell: string | null): Decision | null {
    return this.decision(fold, segment, cell) ?? this.decision(fold, segment, null);
  }

  /** Whether a segment takes several others jointly. */
  isJoint(segment: string): boolean {
    return this.partsOf(segment).length > 1;
  }

  /** Whether there are no customers outside the bands of a segment: a request without its field is refused. */
  hasNoOutside(segment: string): boolean {
    const ladder = this.compiled.segments.get(segment)?.ladder;
    return ladder !== undefined && hasNoOutside(ladder);
  }

  #country(fold: string) {
    return this.#statistics?.countries.get(this.shown.get(fold) ?? '');
  }
}
