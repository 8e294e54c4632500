/** The data, a file or a server said no: the sentence says what was expected, what came, where, and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError';
}
