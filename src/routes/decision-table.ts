import type { CompiledArtifact, SegmentTable } from '../core/compile.ts';
import { type Rung, walk } from '../core/decide.ts';
import type { Statistic } from '../core/statistics.ts';
import { foldCountry } from '../core/values.ts';

/** What a customer of one country in one band is given, and what the history says of that cell. */
interface TableCell extends Partial<Statistic> {
  voucher_amount: number;
  source: Rung;
  /** Kept rows behind the amount. */
  sample_size: number;
}

/**
 * The whole decision table: every answer that POST /voucher can give, found by the walk that gives it. A band
 * without history stands there with what it falls back to, and without statistics.
 */
export function decisionTable(compiled: CompiledArtifact): unknown {
  const { artifact } = compiled;
  const { amount, fallback, default_amount } = artifact.config;
  const segments = [...new Set(compiled.segments.values())];
  const shown = new Map([...artifact.countries.keys()].map((name) => [foldCountry(name), name]));
  const configured = Object.keys(artifact.config.countries).filter((name) => !shown.has(foldCountry(name)));
  return {
    version: artifact.version,
    statistic: amount.statistic,
    round_to: amount.round_to,
    fallback,
    default_amount,
    segments: Object.fromEntries(segments.map((segment) => [segment.name, describe(compiled, segment)])),
    countries: new Map(
      [...shown.values(), ...configured].map((country) => [
        country,
        countryTable(compiled, segments, country),
      ]),
    ),
  };
}

function describe({ artifact }: CompiledArtifact, { name, feature, bands }: SegmentTable): unknown {
  return { of: feature, aliases: artifact.config.segments[name]?.aliases ?? [], bands };
}

function countryTable(
  compiled: CompiledArtifact,
  segments: readonly SegmentTable[],
  country: string,
): unknown {
  const statistics = compiled.artifact.countries.get(country);
  return {
    default_amount: compiled.defaults.get(foldCountry(country)) ?? compiled.defaultAmount,
    overall: statistics?.overall ?? null,
    segments: Object.fromEntries(
      segments.map((segment) => [
        segment.name,
        Object.fromEntries(
          segment.bands.map(({ name }, band) => [
            name,
            cell(compiled, country, segment, band, statistics?.segments[segment.name]?.[name]),
          ]),
        ),
      ]),
    ),
  };
}

function cell(
  compiled: CompiledArtifact,
  country: string,
  segment: SegmentTable,
  band: number,
  statistic: Statistic | undefined,
): TableCell {
  const { voucher_amount, source, sample_size } = walk(compiled, country, segment, band);
  return { voucher_amount, source, sample_size, ...statistic };
}
