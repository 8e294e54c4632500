/**
 * Joins the first pieces until they are at least `length` bytes.
 *
 * @param join makes one piece of several
 */
export async function* withHead<Piece extends Uint8Array>(
  pieces: AsyncIterable<Piece>,
  length: number,
  join: (pieces: readonly Piece[]) => Piece,
): AsyncGenerator<Piece> {
  let head: Piece | null = null;
  let isWhole = false;
  for await (const piece of pieces) {
    if (isWhole) {
      yield piece;
      continue;
    }
    head = head === null ? piece : join([head, piece]);
    if (head.length < length) continue;
    isWhole = true;
    yield head;
    head = null;
  }
  if (!isWhole && head !== null && head.length > 0) yield head;
}

/** @returns pieces with one before them */
export async function* prepend<Piece>(first: Piece, rest: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  yield first;
  yield* rest;
}
