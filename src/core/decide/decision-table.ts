import type { Statistic } from '../estimate/statistics.ts';
import { foldCountry } from '../values.ts';
import type { CompiledArtifact, SegmentTable } from './compile.ts';
import type { CombinedTable } from './compile-combined.ts';
import { type Rung, walk } from './decide.ts';

/** What a customer of one country in one band is given, and what the history says of that cell. */
interface TableCell extends Partial<Statistic> {
  voucher_amount: number;
  source: Rung;
  /** Kept rows behind the amount. */
  sample_size: number;
}

/**
 * The whole decision table: every answer that POST /voucher can give, found by the walk that gives it. A band
 * without history stands there with what it falls back to, and without statistics. Of a combined segment it has the
 * combinations that decide for some customer; for which one, the ladder says.
 *
 * @param wanted the segments to show; all, when it is missing
 * @param trends whether cells have their trends as well
 */
export function decisionTable(
  compiled: CompiledArtifact,
  wanted: Iterable<SegmentTable | CombinedTable> = compiled.segments.values(),
  trends = false,
): unknown {
  const { artifact } = compiled;
  const { amount, fallback, default_amount } = artifact.config;
  const segments = [...new Set(wanted)];
  const shown = new Map([...artifact.countries.keys()].map((name) => [foldCountry(name), name]));
  const configured = Object.keys(artifact.config.countries).filter((name) => !shown.has(foldCountry(name)));
  return {
    version: artifact.version,
    statistic: amount.statistic,
    round_to: amount.round_to,
    fallback,
    default_amount,
    ...(trends && { trend: artifact.trend ?? null }),
    segments: Object.fromEntries(segments.map((segment) => [segment.name, describe(compiled, segment)])),
    countries: new Map(
      [...shown.values(), ...configured].map((country) => [
        country,
        countryTable(compiled, segments, country, trends),
      ]),
    ),
  };
}

function describe({ artifact }: CompiledArtifact, segment: SegmentTable | CombinedTable): unknown {
  if (segment.kind === 'combined') return segment.plan.config;
  const { name, feature, bands } = segment;
  return { of: feature, aliases: artifact.config.segments[name]?.aliases ?? [], bands };
}

function countryTable(
  compiled: CompiledArtifact,
  segments: readonly (SegmentTable | CombinedTable)[],
  country: string,
  trends: boolean,
): unknown {
  const statistics = compiled.artifact.countries.get(country);
  return {
    default_amount: compiled.defaults.get(foldCountry(country)) ?? compiled.defaultAmount,
    overall: statistics ? described(statistics.overall, trends) : null,
    segments: Object.fromEntries(
      segments.map((segment) => {
        const own = statistics?.segments[segment.name];
        const cells =
          segment.kind === 'combined'
            ? combinations(compiled, country, segment)
            : segment.bands.map(({ name }, band) => [
                name,
                { ...given(compiled, country, segment, band), ...described(own?.[name], trends) },
              ]);
        return [segment.name, Object.fromEntries(cells)];
      }),
    ),
  };
}

function given(compiled: CompiledArtifact, country: string, segment: SegmentTable, band: number): TableCell {
  const { voucher_amount, source, sample_size } = walk(compiled, country, segment, band);
  return { voucher_amount, source, sample_size };
}

/** A trend is as large as all the rest of a cell: who does not ask for it does not get it. */
function described(statistic: Statistic | undefined, trends: boolean): Partial<Statistic> {
  const { trend, ...rest }: Partial<Statistic> = statistic ?? {};
  return trends && trend ? { ...rest, trend } : rest;
}

/** A combination's cell and what it serves, for each that decides at least one joint position of the bands. */
function combinations(
  compiled: CompiledArtifact,
  country: string,
  table: CombinedTable,
): [name: string, TableCell][] {
  const start = (compiled.countries.get(foldCountry(country)) ?? -1) * table.size;
  if (start < 0) return [];
  const found = new Map<string, TableCell>();
  for (let at = start; at < start + table.size; at++) {
    const name = table.names[table.decides[at] ?? -1];
    if (name === undefined || found.has(name)) continue;
    const statistic = compiled.artifact.countries.get(country)?.segments[table.name]?.[name];
    const voucher_amount = table.cells.amount(at);
    found.set(name, { voucher_amount, source: 'segment', sample_size: table.cells.rows(at), ...statistic });
  }
  return [...found];
}
