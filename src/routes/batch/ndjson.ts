import type { BatchTally } from '../../http/batch-tally.ts';
import { largeReader, UNDAMAGED } from '../../http/body.ts';
import { Problem } from '../../http/problem.ts';
import { streamed } from '../../http/turns.ts';
import type { EntryAnswerer } from './entry.ts';
import { LINE_LIMIT, type Line, Lines, NOT_UTF8, TOO_LONG } from './lines.ts';
import { type Ahead, Waiting } from './waiting.ts';

/** Characters of answers that are sent as one piece. */
const AT_A_TIME = 64 * 1024;

/** About a million answers. A patience of less than the 10 s after which many clients give up a write. */
const AHEAD: Ahead = { bytes: 8 * 1024 * 1024, patience: 8_000, stalled: 20_000 };

/** How many times as long a client may take no answers when it has sent all: at least five minutes. */
const SENT_ALL = 15;

interface NdjsonAnswers {
  stream: ReadableStream<Uint8Array>;
  /** Resolves when the last answer is out, or when no one waits for it any more. */
  ended: Promise<Problem | undefined>;
}

/** Milliseconds without a piece of the body after which the client may be waiting for its answers. */
const PAUSE_MS = 50;
/** Characters that are sent at once in the first pause: every connection holds that many before they are read. */
const FIRST = 160 * 1024;
/** Milliseconds of a pause after which more is sent: {@link AT_A_TIME} first, then twice as much each time. */
const MORE_MS = 1_000;
/** Milliseconds in which a connection takes answers, unless it is full. A kernel waits less before it says what it has read. */
const SETTLE_MS = 100;

/**
 * Answers newline-delimited JSON line by line, while it arrives. It reads or it writes, and hardly ever both: if a connection
 * gets full while a piece of the body is awaited, Deno never hands over another one, and both sides would wait for ever.
 *
 * Many clients (Python requests, Java's HttpClient) send all of their body before they read: for them up to {@link Ahead.bytes}
 * of answers wait. A client that makes a pause may wait for its answers: some go out at once, others slowly, and those of
 * each later piece before the next one is awaited, until its connection is full.
 *
 * When too many answers wait, nothing is read until they are taken. A client that takes none could never send the rest: it is
 * refused. The rest of its body is read and thrown away, and then its answers are sent. The last one says why.
 *
 * @param gzip whether the body was compressed, for the sentence about one that breaks off
 */
export function answerNdjson(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  entries: EntryAnswerer,
  tally: BatchTally,
  { gzip = false, ahead = AHEAD }: { gzip?: boolean; ahead?: Ahead | undefined } = {},
): NdjsonAnswers {
  const reader = largeReader(body);
  const encoder = new TextEncoder();
  const lines = new Lines();
  const { promise: ended, resolve: end } = Promise.withResolvers<Problem | undefined>();
  const waiting = new Waiting(() => entries.written);
  const { turns } = entries;
  let pieces = 0;
  /** Whether the client has sent all, or is not waited for. */
  let isSent = false;
  /** Whether no more is to be answered. */
  let whole = false;
  /** Whether it has made a pause while answers waited. */
  let hasPaused = false;
  /** Characters that may be sent in it. */
  let allowed = FIRST;
  /** How often {@link MORE_MS} have passed since the last piece, while answers waited. */
  let quietTimes = 0;
  /** Whether answers may go out, as no piece is awaited. */
  let isWriting = false;
  /** Whether the server asks for more of them. */
  let isAsked = false;
  /** Whether it did not when it was waited for: the connection is full. */
  let isStuck = false;
  let failure: { cause: unknown } | null = null;

  async function readAll(): Promise<void> {
    while (!whole) {
      const piece = await readPiece();
      quietTimes = 0;
      // It may be given up by now.
      if (!whole) await answerPiece(piece);
      const areTooMany = waiting.bytes >= ahead.bytes;
      if (!areTooMany && (isStuck || !hasPaused)) continue;
      isStuck = !(await write(areTooMany ? ahead.patience : SETTLE_MS));
      if (isStuck) allowed = 0;
      if (!isStuck || !areTooMany || whole) continue;
      whole = true;
      waiting.add([entries.refuse(new Problem('answers_not_read', NOT_READ))]);
    }
    // What is refused is read and thrown away: the client reads its answers when it has sent all.
    waiting.signal();
    while (!isSent) await readPiece();
    waiting.signal();
  }

  /** @returns whether the server has taken all that waits; false once it takes nothing for so many milliseconds */
  async function write(milliseconds: number): Promise<boolean> {
    isWriting = true;
    waiting.signal();
    let isMoving = true;
    while (isMoving && !whole && !(isAsked && waiting.isEmpty))
      isMoving = await waiting.changed(milliseconds);
    // The last of it begins to go out.
    await turns.next();
    isWriting = false;
    return isMoving;
  }

  async function readPiece(): Promise<Piece> {
    if (turns.isOver) await turns.next();
    const piece = await reader.read().catch(() => BROKEN);
    pieces++;
    isSent = piece.done !== false;
    turns.spend(streamed(piece.value?.length ?? 0));
    return piece;
  }

  async function answerPiece({ value, done }: Piece): Promise<void> {
    let answers: string[] = [];
    for (const line of done === false ? lines.push(value) : lines.end()) {
      const answer = answerLine(line, entries);
      if (answer !== null) answers.push(answer);
      if (!turns.isOver) continue;
      waiting.add(answers);
      answers = [];
      await turns.next();
      if (whole) return;
    }
    waiting.add(answers);
    whole = isSent;
    if (done === undefined) {
      tally.brokenOff = true;
      if (gzip) waiting.add([entries.refuse(new Problem('malformed_json', NOT_GZIP))]);
    }
  }

  /**
   * Ends what would hang for ever: the client neither sends nor reads. Its answers end where it stopped to read. It looks
   * twice: a process that was held up itself looks before it has read what came meanwhile.
   */
  let seen = { moves: 0, times: 0 };
  const watch = setInterval(() => {
    const moves = pieces + tally.entries + waiting.taken;
    const isOwed = isSent || !waiting.isEmpty;
    seen = { moves, times: isOwed && moves === seen.moves ? seen.times + 1 : 0 };
    if (seen.times === (isSent ? 2 * SENT_ALL : 2)) giveUp();
  }, ahead.stalled / 2);

  function giveUp(): void {
    whole = true;
    isSent = true;
    tally.brokenOff = true;
    waiting.replace(entries.refuse(new Problem('answers_not_read', NOT_READ), waiting.taken));
    over();
  }

  function over(problem?: Problem): void {
    clearInterval(watch);
    end(problem);
  }

  // It begins before there is a response, so that no one takes the body for one that is not read.
  void readAll().catch((cause: unknown) => {
    failure = { cause };
    whole = true;
    isSent = true;
    waiting.signal();
  });

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (turns.isOver) await turns.next();
        isAsked = true;
        waiting.signal();
        for (;;) {
          if (failure !== null) {
            over(new Problem('internal_error', 'the answers broke off', failure));
            throw failure.cause;
          }
          const isLast = whole && isSent;
          const isFree = isLast || isWriting;
          const mayBegin = hasPaused && allowed > 0 && !whole;
          const answers = waiting.take(isFree || mayBegin ? AT_A_TIME : 0);
          if (answers !== '') {
            isAsked = false;
            if (!isFree) allowed -= answers.length;
            turns.spend(streamed(answers.length));
            return controller.enqueue(encoder.encode(answers));
          }
          if (isLast) break;
          if ((await waiting.changed(hasPaused ? MORE_MS : PAUSE_MS)) || waiting.isEmpty) continue;
          if (hasPaused) allowed = Math.max(allowed, AT_A_TIME * 2 ** quietTimes++);
          hasPaused = true;
        }
        controller.close();
        over();
      },
      async cancel(reason) {
        whole = true;
        isSent = true;
        tally.brokenOff = true;
        waiting.signal();
        over();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, ended };
}

const NOT_READ =
  'The answers were not read, so the rest was not answered. Read answers while you send, or send fewer.';
const NOT_GZIP = 'The body broke off, or is not gzip: what follows was not read.';
const TOO_LONG_LINE = `expected a line of at most ${LINE_LIMIT} bytes, got a longer one`;
const DAMAGED_LINE = `The line cannot be read: it must be ${UNDAMAGED}.`;

/** A body that breaks off ends there; what was whole of it has its answers. */
const BROKEN = { value: undefined, done: undefined };

type Piece = ReadableStreamReadResult<Uint8Array<ArrayBuffer>> | typeof BROKEN;

/** @returns the answer to a line; null for a blank one, which is no entry */
function answerLine(line: Line, entries: EntryAnswerer): string | null {
  if (line === TOO_LONG) return entries.refuse(new Problem('line_too_long', TOO_LONG_LINE));
  if (line === NOT_UTF8) return entries.refuse(new Problem('malformed_json', DAMAGED_LINE));
  if (line.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    return entries.refuse(
      new Problem('malformed_json', 'The line is not JSON: it does not parse.', { cause }),
    );
  }
  return entries.answer(value);
}
