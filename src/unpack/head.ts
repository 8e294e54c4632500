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

/**
 * Has the first bytes choose what is made of all of them. Who breaks off, or chooses to throw, leaves no file open.
 *
 * @param pieces as {@link withHead} gives them; nothing is made of none
 */
export async function* chosenByHead<Piece, Made>(
  pieces: AsyncGenerator<Piece>,
  choose: (head: Piece, all: AsyncGenerator<Piece>) => AsyncIterable<Made>,
): AsyncGenerator<Made> {
  async function* all(head: Piece): AsyncGenerator<Piece> {
    yield head;
    yield* pieces;
  }
  try {
    const { value: head, done } = await pieces.next();
    if (!done) yield* choose(head, all(head));
  } finally {
    await pieces.return(undefined);
  }
}
