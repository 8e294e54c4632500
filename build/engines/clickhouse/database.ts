/** ClickHouse, in this process or elsewhere. */
export interface Database {
  /**
   * Runs a query.
   *
   * @param sql without SETTINGS and FORMAT
   * @param settings of this query
   * @returns its rows; every value is a string or null, as long as the query gives strings only
   * @throws DataError that says in a sentence what ClickHouse refused, with its code
   */
  rows(sql: string, settings?: string): Promise<string[][]>;
}

/** @returns the rows in an answer of format JSONCompact @throws Error for what is none */
export function rowsOf(text: string): string[][] {
  // Not by a schema: it would visit each value of half a million rows.
  const rows: unknown = JSON.parse(text)?.data;
  if (Array.isArray(rows) && rows.every(Array.isArray)) return rows;
  throw new Error('expected rows, got another answer');
}
