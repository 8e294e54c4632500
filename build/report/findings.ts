import type { Config } from '../../src/core/config/config.ts';
import { type Cube, qualityOf } from '../../src/core/cube/cube.ts';
import type { Quality } from '../../src/core/cube/schema.ts';
import { type CountryStatistics, foldSpellings } from '../../src/core/estimate/estimate.ts';
import { total } from '../../src/core/estimate/statistics.ts';
import { historyWarnings, type Read } from '../../src/core/estimate/warnings.ts';
import { gapsBetween, NO_BAND } from '../../src/core/segments/segments.ts';

/** What a build found in the history, for people and, with these names, for `--json`. */
export interface Findings {
  quality: Quality;
  countries: CountryFinding[];
  segments: SegmentFinding[];
  warnings: string[];
}

export interface CountryFinding {
  /** As the artifact shows it; without kept rows, the first of its spellings by code point; "" for rows that name none. */
  country: string;
  rows_kept: number;
  rows_dropped: number;
  voucher_amount_imputed: number;
  /** The distinct amounts that were observed, ascending. */
  amounts: number[];
}

export interface SegmentFinding {
  segment: string;
  /** Bands that no kept row of any country falls in. */
  empty_bands: string[];
  /** Ranges that no band holds; `to` is null for no end. */
  gaps: { from: number; to: number | null }[];
  /** Kept rows that fall in a gap, or whose value is not known. */
  rows_in_no_band: number;
}

/** Looks through a cube and what was made of it. */
export function findingsOf(
  cube: Cube,
  config: Config,
  countries: ReadonlyMap<string, CountryStatistics>,
  read: Read,
): Findings {
  return {
    quality: qualityOf(cube.countries.values()),
    countries: countryFindings(cube, countries),
    segments: segmentFindings(cube),
    warnings: historyWarnings(cube, config, read),
  };
}

function countryFindings(cube: Cube, countries: ReadonlyMap<string, CountryStatistics>): CountryFinding[] {
  const found = [...foldSpellings(cube).values()].map(({ shown: country, spellings }) => {
    const { rows_kept, rows_read, voucher_amount_imputed } = qualityOf(spellings);
    const amounts = Object.keys(countries.get(country)?.overall.amounts ?? {}).map(Number);
    amounts.sort((a, b) => a - b);
    return { country, rows_kept, rows_dropped: rows_read - rows_kept, voucher_amount_imputed, amounts };
  });
  return found.sort(
    (a, b) =>
      b.rows_kept - a.rows_kept || b.rows_dropped - a.rows_dropped || (a.country < b.country ? -1 : 1),
  );
}

function segmentFindings(cube: Cube): SegmentFinding[] {
  const { segments } = cube.layout;
  const rows = segments.map(({ bands }) => ({ none: 0, in: bands.map(() => 0) }));
  for (const { groups } of cube.countries.values()) {
    for (const [group, amounts] of groups) {
      const inGroup = total(amounts);
      cube.bandsOf(group).forEach((band, segment) => {
        const tally = rows[segment];
        if (tally === undefined) return;
        if (band === NO_BAND) tally.none += inGroup;
        else tally.in[band] = (tally.in[band] ?? 0) + inGroup;
      });
    }
  }
  return segments.map(({ name, feature, bands }, segment) => ({
    segment: name,
    empty_bands: bands.filter((_, band) => rows[segment]?.in[band] === 0).map((band) => band.name),
    gaps: gapsBetween(feature, bands).map(([from, to]) => ({ from, to })),
    rows_in_no_band: rows[segment]?.none ?? 0,
  }));
}
