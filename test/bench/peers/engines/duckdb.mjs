/** node duckdb.mjs history.csv: the cube of a history by DuckDB, in this process, with its own CSV reader. */
import { DuckDBInstance } from '@duckdb/node-api';
import { cubeQuery, print } from './cube.mjs';

const [path] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const query = cubeQuery({
  time: (column) => `try_cast(${column} AS TIMESTAMP)`,
  seconds: (time) => `(epoch_us(${time}) // 1000000)`,
  month: (time) => `date_trunc('month', ${time})`,
  number: (column) => `try_cast(${column} AS DOUBLE)`,
  divide: (a, b) => `(${a}) // ${b}`,
  from: `read_csv('${path.replaceAll("'", "''")}', header = true, all_varchar = true)`,
});
const result = await connection.runAndReadAll(query);
print(result.getRows().map((row) => row.at(-1)));
