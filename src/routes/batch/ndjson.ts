import type { BatchTally } from '../../http/batch-tally.ts';
import { largeReader, UNDAMAGED } from '../../http/body.ts';
import { Problem } from '../../http/problem.ts';
import { streamed } from '../../http/turns.ts';
import type { EntryAnswerer } from './entry.ts';
import { LINE_LIMIT, type Line, Lines, NOT_UTF8, TOO_LONG } from './lines.ts';
import { Waiting } from './waiting.ts';

/** Characters of answers that are sent as one piece. */
const AT_A_TIME = 64 * 1024;

/** How far answers may run ahead of the client's reading. */
export interface Ahead {
  /** Bytes of answers that wait: an answer that others share costs 8, one of its own its text as well. */
  bytes: number;
  /** Milliseconds that a client which has not sent all may leave them waiting once there are so many. */
  patience: number;
  /** Milliseconds, at least, for which a client may neither send nor take answers that wait; at most twice as many. */
  stalled: number;
}

/** About a million answers. A patience of less than the 10 s after which many clients give up a write. */
const AHEAD: Ahead = { bytes: 8 * 1024 * 1024, patience: 8_000, stalled: 20_000 };

export interface NdjsonAnswers {
  stream: ReadableStream<Uint8Array>;
  /** Resolves when the last answer is out, or when no one waits for it any more. */
  ended: Promise<Problem | undefined>;
}

/**
 * Milliseconds without a piece of the body after which the client may be waiting for its answers: few at first, for one
 * that asks and waits. Once {@link PROMPT} characters were sent, one piece after a second, three after two, seven after
 * three: the client may also have made a pause in what it sends, and read nothing before the end. A connection holds some
 * megabytes that are not read; Deno reads no more of a body when it is full, so that both would wait for ever.
 */
const QUIET_MS = 5;
const LONG_QUIET_MS = 1_000;
const PROMPT = 1024 * 1024;
/**
 * Milliseconds after which an empty piece is sent where there is nothing to send: Deno reads no more of a body while its
 * client takes nothing, until it is given something to write.
 */
const TICK_MS = 200;

/**
 * Answers newline-delimited JSON line by line, while it arrives. Many clients (Python requests, Java's HttpClient) send
 * all of their body before they read: for them up to {@link Ahead.bytes} of answers wait, and none are sent while the
 * body keeps coming, since a connection that is full in one direction stops the other one, too. Then nothing more is read
 * until some are taken. A client that still takes none would wait for ever, since it cannot send the rest: its answers
 * end with one that says so, and the rest of its body is thrown away.
 *
 * @param gzip whether the body was compressed, for the sentence about one that breaks off
 */
export function answerNdjson(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  entries: EntryAnswerer,
  tally: BatchTally,
  { gzip = false, ahead = AHEAD }: { gzip?: boolean; ahead?: Ahead } = {},
): NdjsonAnswers {
  const reader = largeReader(body);
  const encoder = new TextEncoder();
  const lines = new Lines();
  const { promise: ended, resolve: end } = Promise.withResolvers<Problem | undefined>();
  const waiting = new Waiting(() => entries.written);
  const { turns } = entries;
  let whole = false;
  let gone = false;
  /** Milliseconds for which no piece has come: in the end it is the client's turn to read. */
  let quiet = 0;
  /** Characters that were sent meanwhile. */
  let inQuiet = 0;
  /** Whether others have their turn: what came of the body meanwhile is not read yet. */
  let isResting = false;
  let sent = 0;
  let failure: { cause: unknown } | null = null;

  async function readAll(): Promise<void> {
    while (!whole && !gone) {
      const piece = await readPiece();
      quiet = 0;
      inQuiet = 0;
      // It may be given up by now.
      if (!whole) await answerPiece(piece);
      while (!whole && !gone && waiting.bytes >= ahead.bytes) {
        if (!(await waiting.someTaken(ahead.patience)) && !whole && !gone) refuseTheRest();
      }
    }
    waiting.signal();
    // What is refused is read and thrown away: the client reads its answers when it has sent all.
    while (!gone && (await readPiece()).done === false);
  }

  async function readPiece(): Promise<Piece> {
    if (turns.isOver) await rest();
    const piece = await reader.read().catch(() => BROKEN);
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
      await rest();
      if (whole || gone) return;
    }
    waiting.add(answers);
    whole = done !== false;
    if (done === undefined && !gone) {
      tally.brokenOff = true;
      if (gzip) waiting.add([entries.refuse(new Problem('malformed_json', NOT_GZIP))]);
    }
  }

  async function rest(): Promise<void> {
    isResting = true;
    await turns.next();
    isResting = false;
    // The time without a piece of the body begins anew.
    waiting.signal();
  }

  function refuseTheRest(): void {
    whole = true;
    waiting.add([entries.refuse(new Problem('answers_not_read', NOT_READ))]);
  }

  /**
   * Ends what would hang for ever: the client neither sends nor reads. Its answers end where it stopped to read. It looks
   * twice: a process that was held up itself looks before it has read what came meanwhile.
   */
  let seen = { pieces: 0, taken: 0, times: 0 };
  const watch = setInterval(() => {
    const { pieces } = lines;
    const { taken } = waiting;
    const isSame = !whole && !isResting && !waiting.isEmpty && pieces === seen.pieces && taken === seen.taken;
    seen = { pieces, taken, times: isSame ? seen.times + 1 : 0 };
    if (seen.times === 2) giveUp();
  }, ahead.stalled / 2);

  function giveUp(): void {
    whole = true;
    tally.brokenOff = true;
    waiting.replace(entries.refuse(new Problem('answers_not_read', NOT_READ), waiting.taken));
    over(undefined);
  }

  function over(problem: Problem | undefined): void {
    clearInterval(watch);
    end(problem);
  }

  // It begins before there is a response, so that no one takes the body for one that is not read.
  void readAll().catch((cause: unknown) => {
    failure = { cause };
    whole = true;
    waiting.signal();
  });

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (turns.isOver) await turns.next();
        for (;;) {
          if (failure !== null) {
            over(new Problem('internal_error', 'the answers broke off', failure));
            throw failure.cause;
          }
          const isPrompt = sent < PROMPT;
          const isQuiet = isPrompt
            ? quiet >= QUIET_MS
            : inQuiet < AT_A_TIME * (2 ** Math.floor(quiet / LONG_QUIET_MS) - 1);
          const isTurn = whole || isQuiet || waiting.bytes >= ahead.bytes;
          const answers = isTurn ? waiting.take(AT_A_TIME) : '';
          if (answers !== '') {
            sent += answers.length;
            if (!isPrompt) inQuiet += answers.length;
            turns.spend(streamed(answers.length));
            return controller.enqueue(encoder.encode(answers));
          }
          if (whole) break;
          const step = isPrompt && !isQuiet ? QUIET_MS : TICK_MS;
          const changed = await waiting.changed(step);
          quiet = changed || isResting ? 0 : quiet + step;
          if (!changed && step === TICK_MS) return controller.enqueue(new Uint8Array());
        }
        controller.close();
        over(undefined);
      },
      async cancel(reason) {
        gone = true;
        tally.brokenOff = true;
        waiting.signal();
        over(undefined);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, ended };
}

const NOT_READ =
  'The answers were not read, so the rest of the requests was not answered. Read answers while you send, or send fewer requests at a time.';
const NOT_GZIP =
  'The body broke off, or is not gzip as its content-encoding says: what follows was not read.';
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
