import type { CompiledArtifact, SegmentTable } from './compile.ts';
import { walk } from './decide.ts';
import type { CountryStatistics } from './estimate.ts';
import { NO_BAND } from './segments.ts';
import type { Statistic } from './statistics.ts';
import { foldCountry } from './values.ts';

/** What one artifact answers that another did not, and for how many. */
export interface ArtifactDiff {
  /** The version that is replaced; null where nothing is live. */
  from: string | null;
  to: string;
  /** Rows kept. */
  rows: { before: number | null; after: number };
  /** Rows dropped, as a share of those read. */
  dropped: { before: number | null; after: number };
  countries: { added: string[]; removed: string[] };
  bands: { added: BandName[]; removed: BandName[] };
  /** Cells with statistics on both sides that answer the same, that answer something else, and on one side alone. */
  cells: { same: number; moved: number; added: number; removed: number };
  /** By segment: a customer is in one band of each, and the segment that a request names decides. */
  segments: SegmentChange[];
  /** Cells that answer something else or have another mean, those that move most money first. */
  changes: CellChange[];
}

export interface BandName {
  segment: string;
  band: string;
}

/** What it means for all customers of the history, if each were asked for once with this segment. */
export interface SegmentChange {
  segment: string;
  rows: number;
  /** Rows in cells that answer something else. */
  rows_affected: number;
  /** The sum of the amounts that are served, before and after, over the same rows. */
  spend: { before: number; after: number };
}

export interface CellChange extends BandName {
  country: string;
  /** Rows of the new artifact; of the old one where the new has none. */
  rows: number;
  /** What is served. Where a cell has no statistics it is what the ladder falls back to. */
  amount: { before: number; after: number };
  mean: { before: number | null; after: number | null };
  kept: { before: number; after: number };
}

/** Compares what two artifacts answer, cell by cell. @param before null where nothing is live: then all is new */
export function diffArtifacts(before: CompiledArtifact | null, after: CompiledArtifact): ArtifactDiff {
  const sides = { old: before && side(before), now: side(after) };
  const quality = after.artifact.quality;
  const was = before?.artifact.quality;
  const diff: ArtifactDiff = {
    from: before?.artifact.version ?? null,
    to: after.artifact.version,
    rows: { before: was?.rows_kept ?? null, after: quality.rows_kept },
    dropped: { before: was ? shareDropped(was) : null, after: shareDropped(quality) },
    countries: changedNames(countryNames(before), countryNames(after)),
    bands: changedBands(before, after),
    cells: { same: 0, moved: 0, added: 0, removed: 0 },
    segments: [],
    changes: [],
  };
  const countries = new Map([...countryNames(before), ...countryNames(after)]);
  for (const segment of segmentNames(before, after)) {
    const total: SegmentChange = { segment, rows: 0, rows_affected: 0, spend: { before: 0, after: 0 } };
    for (const country of countries.values()) {
      for (const band of bandNames(segment, before, after)) {
        count(diff, total, { country, segment, band }, look(sides, { country, segment, band }));
      }
    }
    diff.segments.push(total);
  }
  diff.changes.sort((a, b) => moneyMoved(b) - moneyMoved(a));
  return diff;
}

/** An artifact, and its statistics by folded country. */
interface Side {
  compiled: CompiledArtifact;
  countries: Map<string, CountryStatistics>;
}

function side(compiled: CompiledArtifact): Side {
  const { countries } = compiled.artifact;
  return { compiled, countries: new Map([...countries].map(([name, own]) => [foldCountry(name), own])) };
}

interface Cell extends BandName {
  country: string;
}

/** What a cell answers on both sides (0 where there is no such segment), and what it is made of. */
interface Look {
  amount: CellChange['amount'];
  old: Statistic | undefined;
  now: Statistic | undefined;
}

function look({ old, now }: { old: Side | null; now: Side }, cell: Cell): Look {
  return {
    amount: { before: old === null ? 0 : served(old, cell), after: served(now, cell) },
    old: old?.countries.get(foldCountry(cell.country))?.segments[cell.segment]?.[cell.band],
    now: now.countries.get(foldCountry(cell.country))?.segments[cell.segment]?.[cell.band],
  };
}

function served({ compiled }: Side, { country, segment, band }: Cell): number {
  const table = compiled.segments.get(segment);
  if (table === undefined) return 0;
  const position = table.bands.findIndex(({ name }) => name === band);
  return walk(compiled, country, table, position === -1 ? NO_BAND : position).voucher_amount;
}

function count(diff: ArtifactDiff, total: SegmentChange, cell: Cell, { amount, old, now }: Look): void {
  if (old === undefined && now === undefined) return;
  const rows = now?.count ?? old?.count ?? 0;
  const same = amount.before === amount.after;
  total.rows += rows;
  total.spend.before += rows * amount.before;
  total.spend.after += rows * amount.after;
  if (!same) total.rows_affected += rows;
  if (old === undefined) diff.cells.added++;
  else if (now === undefined) diff.cells.removed++;
  else if (same) diff.cells.same++;
  else diff.cells.moved++;
  const mean = { before: old?.mean ?? null, after: now?.mean ?? null };
  if (same && mean.before === mean.after) return;
  diff.changes.push({
    ...cell,
    rows,
    amount,
    mean,
    kept: { before: old?.count ?? 0, after: now?.count ?? 0 },
  });
}

/** Shown names by folded ones. */
function countryNames(compiled: CompiledArtifact | null): Map<string, string> {
  return new Map([...(compiled?.artifact.countries.keys() ?? [])].map((name) => [foldCountry(name), name]));
}

function segmentTables(compiled: CompiledArtifact | null): SegmentTable[] {
  return [...new Set(compiled?.segments.values() ?? [])];
}

function segmentNames(...artifacts: (CompiledArtifact | null)[]): Set<string> {
  return new Set(artifacts.flatMap((artifact) => segmentTables(artifact).map(({ name }) => name)));
}

function bandNames(segment: string, ...artifacts: (CompiledArtifact | null)[]): Set<string> {
  const tables = artifacts.flatMap((artifact) => artifact?.segments.get(segment) ?? []);
  return new Set(tables.flatMap(({ bands }) => bands.map(({ name }) => name)));
}

function changedNames(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ArtifactDiff['countries'] {
  const without = (names: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
    [...names].filter(([fold]) => !others.has(fold)).map(([, name]) => name);
  return { added: without(after, before), removed: without(before, after) };
}

function changedBands(before: CompiledArtifact | null, after: CompiledArtifact): ArtifactDiff['bands'] {
  const [old, now] = [before, after].map((compiled) =>
    segmentTables(compiled).flatMap(({ name, bands }) =>
      bands.map((band) => ({ segment: name, band: band.name })),
    ),
  ) as [BandName[], BandName[]];
  const without = (bands: readonly BandName[], others: readonly BandName[]) =>
    bands.filter(({ segment, band }) => !others.some((it) => it.segment === segment && it.band === band));
  return { added: without(now, old), removed: without(old, now) };
}

function shareDropped({ rows_read, rows_kept }: { rows_read: number; rows_kept: number }): number {
  return rows_read === 0 ? 0 : (rows_read - rows_kept) / rows_read;
}

function moneyMoved({ rows, amount }: CellChange): number {
  return rows * Math.abs(amount.after - amount.before);
}
