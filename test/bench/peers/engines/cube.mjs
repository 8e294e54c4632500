/**
 * The GROUP BY that a person would write for the cube: month, country, band of each segment, amount. `sql` fills
 * in what DuckDB and ClickHouse spell differently.
 *
 * @param {{ time: (column: string) => string, seconds: (time: string) => string, month: (time: string) => string,
 *   number: (column: string) => string, divide: (a: string, b: string) => string, from: string }} sql
 */
export function cubeQuery({ time, seconds, month, number, divide, from }) {
  const days = (earlier) => divide(`${seconds('ts')} - ${seconds(earlier)}`, '86400');
  return `
SELECT month, country_code, frequency, recency, tenure, amount, count(*) AS assignments
FROM (
  SELECT
    ${month('ts')} AS month,
    country_code,
    ${bands('orders', [0, 5, 14, 38])} AS frequency,
    ${bands(days('last_order'), [30, 61, 91, 121, 181])} AS recency,
    ${bands(days('first_order'), [0, 30, 90, 180, 365, 730])} AS tenure,
    amount
  FROM (
    SELECT
      ${time('timestamp')} AS ts,
      ${time('last_order_ts')} AS last_order,
      ${time('first_order_ts')} AS first_order,
      country_code,
      coalesce(${number('total_orders')}, 0) AS orders,
      ${number('voucher_amount')} AS amount
    FROM ${from}
  ) AS parsed
  WHERE ts IS NOT NULL AND last_order IS NOT NULL AND country_code <> '' AND ts >= last_order
) AS banded
GROUP BY month, country_code, frequency, recency, tenure, amount`;
}

/** Counts the lower edges that a value has passed: the position of its band. */
function bands(value, edges) {
  const cases = edges.map((edge, position) => `WHEN ${value} >= ${edge} THEN ${position}`).reverse();
  return `CASE ${cases.join(' ')} ELSE -1 END`;
}

/** Prints what the bench compares: kept rows and cells of the cube. */
export function print(counts) {
  const rows_kept = counts.reduce((sum, count) => sum + Number(count), 0);
  process.stdout.write(JSON.stringify({ rows_kept, cells: counts.length }));
}
