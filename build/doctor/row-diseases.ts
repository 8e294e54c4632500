import { ODD_COUNTRIES } from '../../src/core/estimate/warnings.ts';
import type { DropReason } from '../../src/core/history/clean.ts';
import { DROP_MEANINGS } from '../../src/core/history/drop-meanings.ts';
import type { Finding } from './finding.ts';

type Words = Pick<Finding, 'what' | 'today' | 'remedy'>;

const KEPT_APART = 'npm run build:artifact -- --rejects FILE keeps them, to be repaired';

/** What single rows have that are kept, or could be. */
const ILL = {
  event_before_order: {
    what: 'timestamp is before last_order_ts: the voucher was given before the order that it should follow',
    today: 'the rows are dropped',
    remedy: 'export last_order_ts as it was when the voucher was given, not as it is now',
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
} satisfies Record<string, Words>;

export type RowDisease = keyof typeof ILL | DropReason | (typeof ODD_COUNTRIES)[number]['disease'];

/** The diseases that single rows have, and that are seen while they are read. */
export const ROW_DISEASES: ReadonlyMap<RowDisease, Words> = new Map([
  ...(Object.entries(ILL) as [keyof typeof ILL, Words][]),
  ...ODD_COUNTRIES.map(
    ({ disease, what, today, remedy }) => [disease, { what: `a country ${what}`, today, remedy }] as const,
  ),
  ...(Object.entries(DROP_MEANINGS) as [DropReason, string][]).map(
    ([reason, what]) => [reason, { what, today: 'the rows are dropped', remedy: KEPT_APART }] as const,
  ),
]);
