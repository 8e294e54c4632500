/** The data, a file or a server said no: the sentence says what was expected, what came, where, and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** The statistics of an artifact cannot be read: what needs them is not to be had, and answers go on. */
export class StatisticsError extends Error {
  override readonly name = 'StatisticsError';
}

/** @returns what an error says; of anything else that was thrown, its text */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
