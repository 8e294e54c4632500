import * as z from 'zod/mini';

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

const Answer = z.object({ data: z.array(z.array(z.unknown())) });

/** @returns the rows in an answer of format JSONCompact @throws Error for what is none */
export function rowsOf(text: string): string[][] {
  const { data } = z.parse(Answer, JSON.parse(text));
  return data as string[][];
}
