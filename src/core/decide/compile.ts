import type { Artifact } from '../artifact/artifact.ts';
import type { DecidingConfig } from '../config/deciding.ts';
import type { CountryStatistics } from '../estimate/estimate.ts';
import { type Statistic, servedAmount } from '../estimate/statistics.ts';
import { type CompiledSegment, compileSegments } from '../segments/segments.ts';
import { foldCountry } from '../values.ts';
import { type Cells, CellsBuilder } from './cells.ts';
import { type CombinedTable, compileCombined } from './compile-combined.ts';

/** A segment as requests find it: where its bands stand in a country's part of the table. */
export interface SegmentTable extends CompiledSegment {
  kind: 'banded';
  /** The place of its first band, counted from the start of a country. */
  offset: number;
  /** Of its bands; read here, an answer does not have to fetch the band itself. */
  names: readonly string[];
}

/**
 * An artifact made ready to answer: every amount is rounded and stands in one flat table, so that an answer is two
 * look-ups by name (segment, country), one by number (band) and one read, however many cells there are.
 */
export interface CompiledArtifact {
  artifact: Artifact;
  /** By name and by alias. */
  segments: Map<string, SegmentTable | CombinedTable>;
  /** Positions of countries, by folded name. */
  countries: Map<string, number>;
  /** Cells of a country: `overall` first, then the bands of each segment. */
  stride: number;
  /** What each cell answers: those of the first country, of the second, and so on. */
  cells: Cells;
  /** What a country without statistics to answer from gets; by folded name. */
  defaults: Map<string, number>;
  defaultAmount: number;
  /** Whether `country` is a rung of the ladder. */
  fallsBackToCountry: boolean;
}

/** Compiles an artifact; costs time and memory in proportion to countries × bands. */
export function compileArtifact(artifact: Artifact): CompiledArtifact {
  const { config } = artifact;
  const round = roundTo(config.amount.round_to);
  const tables = placeSegments(config);
  const stride = 1 + tables.reduce((cells, { bands }) => cells + bands.length, 0);
  const countries = placeCountries(artifact);
  const cells = new CellsBuilder(artifact.countries.size * stride);
  for (const [name, statistics] of artifact.countries) {
    const position = countries.get(foldCountry(name)) ?? 0;
    fillCountry(cells, config, tables, position * stride, statistics, round);
  }
  const compiled: CompiledArtifact = {
    artifact,
    segments: new Map(),
    countries,
    stride,
    cells: cells.pack(),
    defaults: new Map(
      Object.entries(config.countries).map(([name, own]) => [foldCountry(name), round(own.default_amount)]),
    ),
    defaultAmount: round(config.default_amount),
    fallsBackToCountry: config.fallback.includes('country'),
  };
  const own = { ...config.segments, ...config.combined };
  for (const table of [...tables, ...compileCombined(artifact, countries, round)]) {
    for (const name of [table.name, ...(own[table.name]?.aliases ?? [])]) compiled.segments.set(name, table);
  }
  return compiled;
}

/** @returns a function that rounds to the nearest multiple of `step` (halves up, of the double: 1.005 is less than a half) and prints without binary noise */
export function roundTo(step: number): (value: number) => number {
  const perUnit = Math.round(1 / step);
  const divides = perUnit >= 1 && Math.abs(perUnit * step - 1) < 1e-9;
  return (value) => {
    const multiple = Math.round(divides ? value * perUnit : value / step);
    // Beyond 2^53 every double is a whole number, and multiplying would lose digits instead of rounding them.
    if (!(multiple < Number.MAX_SAFE_INTEGER)) return value;
    return divides ? multiple / perUnit : Number((multiple * step).toPrecision(15));
  };
}

/** @returns the position of each country, by its folded name */
function placeCountries({ countries }: Artifact): Map<string, number> {
  const positions = new Map<string, number>();
  for (const fold of Array.from(countries.keys(), foldCountry)) {
    positions.set(fold, positions.get(fold) ?? positions.size);
  }
  return positions;
}

function placeSegments(config: DecidingConfig): SegmentTable[] {
  let offset = 1;
  return compileSegments(config.segments).map((segment) => {
    const table: SegmentTable = {
      ...segment,
      kind: 'banded',
      offset,
      names: segment.bands.map(({ name }) => name),
    };
    offset += segment.bands.length;
    return table;
  });
}

function fillCountry(
  cells: CellsBuilder,
  config: DecidingConfig,
  tables: readonly SegmentTable[],
  start: number,
  { overall, segments }: CountryStatistics,
  round: (value: number) => number,
): void {
  const own = Object.keys(overall.amounts).map(Number);
  const put = (cell: number, statistic: Statistic, which = config.amount.statistic) => {
    const amount = servedAmount(statistic, which, own);
    cells.put(cell, amount === null ? Number.NaN : round(amount), statistic.count);
  };
  put(start, overall);
  for (const { name, bands, offset } of tables) {
    const statistics = new Map(Object.entries(segments[name] ?? {}));
    bands.forEach((band, position) => {
      const statistic = statistics.get(band.name);
      if (statistic) put(start + offset + position, statistic, config.segments[name]?.statistic);
    });
  }
}
