import type { Config } from '../../../src/core/config/config.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { DIALECTS } from '../sql/dialects.ts';
import { cubeSelect } from '../sql/select.ts';
import { eachTime, type Step } from '../sql/steps.ts';
import type { FilePlan } from './files.ts';

/**
 * The most groups that come back, beside the row that counts all of them. Where there are more, the result is refused: to
 * send them would take longer than our reader takes.
 */
export const MOST_GROUPS = 100_000;

/** Ends the query: our reader is to read the file. */
const ODD = `error('only our reader knows the row')`;

/**
 * The SELECT of a cube over columns that need not be read from texts. Odd are times before 1970, as DuckDB divides negative
 * numbers towards 0, and numbers of orders that are negative or not whole.
 */
export function countQuery({ from, columns }: FilePlan, config: Config): string {
  const values: Step = {
    name: 'history_values',
    comment: 'Times in parts, and numbers.',
    columns: {
      ...eachTime((time, field) => {
        const value = columns[field];
        return {
          [`${time}_year`]: `year(${value})`,
          [`${time}_month`]: `CASE WHEN ${value} IS NULL THEN 0 WHEN year(${value}) BETWEEN 1970 AND 9999 THEN month(${value}) ELSE ${ODD} END`,
          [`${time}_day`]: `day(${value})`,
          [`${time}_month_days`]: '31',
          [`${time}_seconds`]: `epoch_us(${value}) // 1000000`,
          [`${time}_days`]: `${time}_seconds // ${SECONDS_PER_DAY}`,
        };
      }),
      first_order_missing: `CASE WHEN ${columns.first_order_ts} IS NULL THEN 1 ELSE 0 END`,
      orders_missing: `CASE WHEN ${columns.total_orders} IS NULL THEN 1 ELSE 0 END`,
      orders_read: `CASE WHEN orders_missing = 1 THEN -1 WHEN try_cast(${columns.total_orders} AS UINTEGER) = ${columns.total_orders} THEN try_cast(${columns.total_orders} AS UINTEGER) ELSE ${ODD} END`,
      country_text: `coalesce(${columns.country_code}, '')`,
      amount_text: `coalesce(${columns.voucher_amount}, '')`,
    },
  };
  return `${cubeSelect({ config, dialect: DIALECTS.duckdb, from, values })}LIMIT ${MOST_GROUPS + 1}`;
}
