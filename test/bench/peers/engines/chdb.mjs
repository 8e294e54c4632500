/** node chdb.mjs history.csv: the cube of a history by ClickHouse, in this process, with its own CSV reader. */
import { queryAsync } from 'chdb';
import { cubeQuery, print } from './cube.mjs';

const [path] = process.argv.slice(2);
const columns = [
  'timestamp',
  'country_code',
  'last_order_ts',
  'first_order_ts',
  'total_orders',
  'voucher_amount',
];
const query = cubeQuery({
  time: (column) => `parseDateTimeBestEffortOrNull(${column}, 'UTC')`,
  seconds: (time) => `toUnixTimestamp(${time})`,
  month: (time) => `toStartOfMonth(${time})`,
  number: (column) => `toFloat64OrNull(${column})`,
  divide: (a, b) => `intDiv(${a}, ${b})`,
  from: `file('${path.replaceAll("'", "\\'")}', CSVWithNames, '${columns.map((name) => `${name} String`).join(', ')}')`,
});
const result = await queryAsync(query, { format: 'JSONCompact' });
print(JSON.parse(result.text()).data.map((row) => row.at(-1)));
