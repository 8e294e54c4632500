/** A database that is asked in SQL. */
export interface Database {
  /**
   * Runs a query.
   *
   * @returns its rows; numbers are texts, null is ""
   * @throws Error with what the database refuses; of a server as a DataError that says it in a sentence
   */
  rows(sql: string): Promise<string[][]>;
  close(): Promise<void>;
}

/** @returns the values of rows as texts */
export function asText(rows: readonly unknown[][]): string[][] {
  return rows.map((row) => row.map((value) => (value === null || value === undefined ? '' : String(value))));
}
