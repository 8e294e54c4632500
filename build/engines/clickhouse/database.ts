export interface Database {
  /**
   * Runs a query.
   *
   * @param sql without SETTINGS and FORMAT
   * @returns its rows; numbers are strings, null is ""
   * @throws DataError that says in a sentence what ClickHouse refused, with its code
   */
  rows(sql: string): Promise<string[][]>;
}

/** @returns the rows in an answer of format JSONCompact @throws Error for any other answer */
export function rowsOf(text: string): string[][] {
  // Not by a schema: it would visit each value of half a million rows.
  const rows: unknown = JSON.parse(text)?.data;
  if (Array.isArray(rows) && rows.every(Array.isArray)) {
    return rows.map((row) => row.map((value: unknown) => (value === null ? '' : String(value))));
  }
  throw new Error('expected rows, got another answer');
}
