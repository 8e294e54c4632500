import type { BatchTally } from '../../http/batch-tally.ts';
import { Problem } from '../../http/problem.ts';
import type { EntryAnswerer } from './entry.ts';
import { LINE_LIMIT, Lines, TOO_LONG } from './lines.ts';

/** Characters of answers that are made before the client has to take them. */
const AT_A_TIME = 64 * 1024;

export interface NdjsonAnswers {
  stream: ReadableStream<Uint8Array>;
  /** Resolves when the last answer is out, or nobody waits for it any more. */
  ended: Promise<Problem | undefined>;
}

/**
 * Answers newline-delimited JSON line by line. The client's reading drives it: nothing is read of the body, and
 * nothing decided, before what was answered is taken. So neither a client that stops reading nor one that never ends
 * takes more memory than one piece of its body, one line and {@link AT_A_TIME} of answers.
 */
export function answerNdjson(
  body: ReadableStream<Uint8Array>,
  entries: EntryAnswerer,
  tally: BatchTally,
): NdjsonAnswers {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const lines = new Lines();
  const { promise: ended, resolve: end } = Promise.withResolvers<Problem | undefined>();
  let whole = false;

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      const answers = answerLines(lines, entries);
      if (answers !== '') return controller.enqueue(encoder.encode(answers));
      if (whole) break;
      await read();
    }
    controller.close();
    end(undefined);
  }

  async function read(): Promise<void> {
    const { value, done } = await reader.read().catch(() => BROKEN);
    if (done === undefined) tally.brokenOff = true;
    whole = value === undefined;
    lines.push(decoder.decode(value, { stream: !whole }));
    if (whole) lines.end();
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await pull(controller);
        } catch (cause) {
          end(new Problem('internal_error', 'the answers broke off', { cause }));
          throw cause;
        }
      },
      async cancel(reason) {
        tally.brokenOff = true;
        end(undefined);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, ended };
}

/** A body that breaks off ends there; what was whole of it has its answers. */
const BROKEN = { value: undefined, done: undefined };

/** Answers the lines at hand, up to {@link AT_A_TIME}. Blank lines are no entries. */
function answerLines(lines: Lines, entries: EntryAnswerer): string {
  let answers = '';
  while (answers.length < AT_A_TIME) {
    const line = lines.next();
    if (line === null) break;
    if (line === TOO_LONG) answers += `${entries.refuse(tooLong())}\n`;
    else if (line.trim() !== '') answers += `${answerLine(line, entries)}\n`;
  }
  return answers;
}

function answerLine(line: string, entries: EntryAnswerer): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    return entries.refuse(
      new Problem('malformed_json', 'expected a line that is JSON, got one that does not parse', { cause }),
    );
  }
  return entries.answer(value);
}

function tooLong(): Problem {
  return new Problem('line_too_long', `expected a line of at most ${LINE_LIMIT} bytes, got a longer one`);
}
