import type { Config } from '../../src/core/config/config.ts';
import type { Quality } from '../../src/core/cube/schema.ts';
import { DROP_REASONS } from '../../src/core/history/clean.ts';
import { DROP_MEANINGS } from '../../src/core/history/drop-meanings.ts';
import { fixedPercent, plural, readable } from '../../src/core/words.ts';
import { printable, took } from '../cli/format.ts';
import { table } from '../cli/table.ts';
import type { CountryFinding, Findings, SegmentFinding } from './findings.ts';

const FILLED_WITH: Readonly<Record<Config['imputation'], string>> = {
  mean: 'filled with the mean of the country',
  knn: 'filled with the mean of the nearest cells of the country',
  exclude: 'left out of the statistics',
};

/** Countries that are shown, the largest first. */
const MOST_COUNTRIES = 10;
const MOST_AMOUNTS = 8;

/** @param all whether every country is shown, not the largest alone @returns what a build did to every row, for people */
export function summary(
  { quality, countries, segments }: Findings,
  { imputation }: Pick<Config, 'imputation'>,
  files: number,
  milliseconds: number,
  all = false,
): string {
  const { rows_read } = quality;
  const speed = readable(Math.round((rows_read * 1000) / milliseconds));
  const head = `Read ${plural(rows_read, 'row')} from ${plural(files, 'file')} in ${took(milliseconds)} (${speed} rows/s)\n`;
  return [
    head,
    rowTable(quality, imputation),
    countryTable(countries, all ? countries.length : MOST_COUNTRIES),
    segmentTable(segments),
  ].join('\n');
}

function rowTable(quality: Quality, imputation: Config['imputation']): string {
  const { rows_read, rows_kept, dropped, total_orders_filled, voucher_amount_imputed } = quality;
  const line = (what: string, rows: number, meaning = '') => [
    `  ${what}`,
    readable(rows),
    fixedPercent(rows_read === 0 ? 0 : rows / rows_read),
    meaning,
  ];
  const amounts = FILLED_WITH[imputation];
  return table(
    [
      line('Kept', rows_kept),
      line('  total_orders missing', total_orders_filled, 'counted as 0'),
      line('  voucher_amount missing', voucher_amount_imputed, amounts),
      line('Dropped', rows_read - rows_kept),
      ...DROP_REASONS.filter((reason) => dropped[reason] > 0).map((reason) =>
        line(`  ${reason}`, dropped[reason], DROP_MEANINGS[reason]),
      ),
    ],
    { right: [1, 2] },
  );
}

function countryTable(countries: readonly CountryFinding[], most: number): string {
  const head = ['  Country', 'Kept', 'Dropped', 'Amount missing', 'Different amounts', ''];
  const lines = countries
    .slice(0, most)
    .map(({ country, rows_kept, rows_dropped, voucher_amount_imputed, amounts }) => [
      `  ${country === '' ? '(none)' : printable(country)}`,
      readable(rows_kept),
      readable(rows_dropped),
      readable(voucher_amount_imputed),
      readable(amounts.length),
      amounts.slice(0, MOST_AMOUNTS).join(' ') + (amounts.length > MOST_AMOUNTS ? ' …' : ''),
    ]);
  const more = countries.length - lines.length;
  return (
    table([head, ...lines], { right: [1, 2, 3, 4] }) +
    (more > 0 ? `  and ${readable(more)} more: --all shows them\n` : '')
  );
}

function segmentTable(segments: readonly SegmentFinding[]): string {
  const head = ['  Segment', 'In no band', 'Gaps', 'Empty bands'];
  const lines = segments.map(({ segment, empty_bands, gaps, rows_in_no_band }) => [
    `  ${segment}`,
    readable(rows_in_no_band),
    gaps
      .map(({ from, to }) =>
        to === null ? `${from} and more` : from === to ? `${from}` : `${from} to ${to}`,
      )
      .join(', ') || '-',
    empty_bands.join(', ') || '-',
  ]);
  return table([head, ...lines], { right: [1] });
}
