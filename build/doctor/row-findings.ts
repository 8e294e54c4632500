import type { Config } from '../../src/core/config/config.ts';
import { Cube } from '../../src/core/cube/cube.ts';
import { DROP_MEANINGS, type DropReason } from '../../src/core/history/clean.ts';
import type { Examination, RowDisease } from './examine.ts';
import { type Finding, finding } from './finding.ts';
import { type Cell, cellsOf, joined, leavingOut, movementBetween } from './movement.ts';
import { formName } from './time-forms.ts';

type Words = Pick<Finding, 'what' | 'today' | 'remedy'>;

const ROW_WORDS: Readonly<Record<RowDisease, Words>> = {
  event_before_order: {
    what: 'timestamp is before last_order_ts: the voucher was given before the order that it should follow',
    today: 'the rows are dropped',
    remedy: 'export last_order_ts as it was when the voucher was given, not as it is now',
  },
  quoted_country: {
    what: 'country_code begins and ends with a quote',
    today: 'counted as another country than the one without these quotes',
    remedy: 'export the name without quotes around it: it was perhaps put into quotes twice',
  },
  damaged_country: {
    what: 'country_code is damaged text, or an error of a spreadsheet such as #REF!',
    today: 'counted as a country of its own, which no request asks for',
    remedy: 'export it again, as UTF-8',
  },
  nameless_country: {
    what: 'country_code is a total, or no name, such as Total, ? or unknown',
    today: 'counted as a country of its own',
    remedy: 'leave out totals, and export a country that is not known as an empty field',
  },
  empty_orders: {
    what: 'total_orders is empty, or a word such as NULL',
    today: 'counted as 0 orders: these customers are in the lowest band of total_orders',
    remedy: 'export 0 for customers without orders, so that what is not known can be told from it',
  },
  empty_amount: {
    what: 'voucher_amount is empty, or a word such as NULL',
    today: 'filled as `imputation` in the config says',
    remedy: 'leave out what was no voucher, or set `imputation` to exclude',
  },
  first_order_after_last: {
    what: 'first_order_ts is after last_order_ts',
    today: 'the tenure of these customers is too short, so they are in too low a band of it',
    remedy: 'check what the two columns hold: they may be swapped',
  },
  future_timestamp: {
    what: 'timestamp is later than the file: it was written before these vouchers were given',
    today: 'counted like any other row, and the history seems fresher than it is',
    remedy: 'check the time zone, and the order of day and month, of the export',
  },
  ancient_timestamp: {
    what: 'timestamp or last_order_ts is before 2000: many systems write such a date for "no time"',
    today: 'counted like any other row, in the highest band of recency',
    remedy: 'export no time as an empty field',
  },
  duplicate_row: {
    what: 'the row is there before, field for field',
    today: 'each copy is counted',
    remedy: 'remove the copies, unless a customer was given the same voucher twice in a second',
  },
};

/** @returns what is wrong with single rows, and what the answers would be without them */
export function rowFindings(
  examination: Examination,
  config: Config,
  cells: ReadonlyMap<string, Cell>,
): Finding[] {
  const { cube, rows, dropped, duplicates } = examination;
  const leftOut = leavingOut(cube, config, cells);
  const known = Object.entries(rows).flatMap(([disease, suspects]) => {
    if (suspects.rows === 0) return [];
    const sampled = disease === 'duplicate_row' && !duplicates.exact;
    const effect = disease === 'event_before_order' ? keptInstead : leftOut;
    return finding(disease, sampled ? duplicates.rows : suspects.rows, 'rows', {
      ...ROW_WORDS[disease as RowDisease],
      estimated: sampled,
      examples: suspects.examples,
      effect: sampled ? null : effect(suspects.cube),
    });
  });
  const lost = Object.entries(dropped).flatMap(([reason, { rows: count, examples }]) =>
    finding(reason, count, 'rows', {
      what: DROP_MEANINGS[reason as DropReason],
      today: 'the rows are dropped',
      remedy: 'npm run build:artifact -- --rejects FILE keeps them, to be repaired',
      examples,
    }),
  );
  return [...known, ...lost, ...formFinding(examination, leftOut)];

  function keptInstead(believed: Cube): Finding['effect'] {
    const after = cellsOf(joined(cube, believed), config);
    return { if: 'these rows were kept, as of the day of the order', ...movementBetween(cells, after) };
  }
}

/** Several forms of time in one column are several programs that wrote it. */
function formFinding({ forms }: Examination, leftOut: (rows: Cube) => Finding['effect']): Finding[] {
  const [most, ...rare] = [...forms.values()].sort((a, b) => b.rows - a.rows);
  if (most === undefined || rare.length === 0) return [];
  const others = new Cube(most.cube.layout);
  for (const { cube } of rare) others.merge(cube);
  const names = [...forms.keys()].map(formName).sort();
  const count = rare.reduce((sum, { rows }) => sum + rows, 0);
  return finding('mixed_time_forms', count, 'rows', {
    what: `timestamp is written in ${names.length} forms; these rows have another one than most`,
    today: 'all are read; a date alone is midnight, so the days since an order may be one less',
    remedy: 'export all times in one form, best with the time of day',
    examples: names,
    effect: leftOut(others),
  });
}
