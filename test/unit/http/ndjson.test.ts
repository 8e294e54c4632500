import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { emptyTally } from '../../../src/http/batch-tally.ts';
import { entryAnswerer } from '../../../src/routes/batch/entry.ts';
import { Lines, NOT_UTF8, TOO_LONG } from '../../../src/routes/batch/lines.ts';
import { answerNdjson } from '../../../src/routes/batch/ndjson.ts';
import { goldenStore } from '../../support/golden.ts';
import { GOOD, MOMENT, service } from '../../support/service.ts';

const LINE = `${JSON.stringify(GOOD)}\n`;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Counts how many pieces of a body of good lines were taken, from a client that sends so many. */
function client(pieces: number, linesInPiece = 100) {
  let sent = 0;
  const piece = bytes(LINE.repeat(linesInPiece));
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    // A turn of the event loop for each piece, as a socket has it.
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (sent < pieces) controller.enqueue(piece.slice());
      else controller.close();
      sent++;
    },
  });
  return { body, isDone: () => sent > pieces };
}

async function answered(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  ahead: { bytes: number; patience: number; stalled?: number },
) {
  const state = await (await goldenStore()).current();
  if (!state.ok) throw new Error(state.reason);
  const tally = emptyTally();
  return answerNdjson(body, entryAnswerer(state.compiled, MOMENT / 1000, tally), tally, {
    ahead: { stalled: 60_000, ...ahead },
  });
}

/** A client that sends and reads when it is told to. */
async function atHand() {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
  const { stream } = await answered(readable, { bytes: 1e7, patience: 60_000 });
  return { writer: writable.getWriter(), reader: stream.getReader() };
}

/** Reads until there are so many lines, or no more come. @returns them as text */
async function readLines(reader: ReadableStreamDefaultReader<Uint8Array>, lines: number): Promise<string> {
  let text = '';
  while (text.split('\n').length <= lines) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  return text;
}

async function linesOf(stream: ReadableStream<Uint8Array>) {
  const text = await new Response(stream).text();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe('a client that sends its whole batch before it reads', () => {
  it('gets every answer, where as many can wait', async () => {
    const { body, isDone } = client(20);
    const { stream } = await answered(body, { bytes: 100_000, patience: 60_000 });
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await linesOf(stream)).toHaveLength(2000);
  });

  it('can send all of a larger batch, and gets the first answers and the reason for no more', async () => {
    const { body, isDone } = client(200);
    const { stream, ended } = await answered(body, { bytes: 4096, patience: 20 });
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
    const answers = await linesOf(stream);
    expect(answers.length).toBeLessThan(2000);
    expect(answers.slice(0, -1).every(({ voucher_amount }) => voucher_amount > 0)).toBe(true);
    expect(answers.at(-1).error).toMatchObject({
      code: 'answers_not_read',
      status: 408,
      index: answers.length - 1,
      detail: expect.stringContaining('Read answers while you send'),
    });
    expect(await ended).toBeUndefined();
  });

  it('gets none of them before it has sent all, once it is refused: they could fill the connection', async () => {
    const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
    const writer = writable.getWriter();
    const { stream } = await answered(readable, { bytes: 4096, patience: 20 });
    await writer.write(bytes(LINE.repeat(1_000)));
    await writer.write(bytes(LINE.repeat(1_000)));
    await writer.write(bytes(LINE));
    const reader = stream.getReader();
    const first = reader.read();
    let isAnswered = false;
    void first.then(() => {
      isAnswered = true;
    });
    for (let line = 0; line < 20; line++) await writer.write(bytes(LINE));
    expect(isAnswered).toBe(false);
    await writer.close();
    expect(await first).toMatchObject({ done: false });
    await reader.cancel();
  });

  it('is given up when it has sent all and takes no answer for a long time', async () => {
    const { body, isDone } = client(2);
    const { stream, ended } = await answered(body, { bytes: 1_000_000, patience: 60_000, stalled: 150 });
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await ended).toBeUndefined();
    expect((await linesOf(stream)).at(-1).error).toMatchObject({ code: 'answers_not_read', index: 0 });
  });
});

describe('a client that makes pauses while it sends', () => {
  it('gets 160 KB of answers in the first, and the rest when it sends more: one that does not read could not be heard', async () => {
    const { writer, reader } = await atHand();
    await writer.write(bytes(LINE.repeat(5_000)));
    let length = 0;
    let next = reader.read();
    const quiet = () => new Promise<null>((resolve) => setTimeout(resolve, 500, null));
    for (
      let piece = await Promise.race([next, quiet()]);
      piece;
      piece = await Promise.race([next, quiet()])
    ) {
      length += piece.value?.length ?? 0;
      next = reader.read();
    }
    expect(length).toBeGreaterThan(100_000);
    expect(length).toBeLessThan(250_000);
    await writer.write(bytes(LINE));
    expect(await next).toMatchObject({ done: false });
    await reader.cancel();
  });
});

describe('a client that waits for the answers to many lines before it sends more', () => {
  it('gets all of them: what is too much for the first pause follows later', async () => {
    const { writer, reader } = await atHand();
    await writer.write(bytes(LINE.repeat(2_000)));
    const text = await readLines(reader, 2_000);
    expect(text.length).toBeGreaterThan(250_000);
    expect(text.trimEnd().split('\n')).toHaveLength(2_000);
    await reader.cancel();
  });
});

describe('a client whose connection was full, and which then waits for its answers', () => {
  it('gets all of them', async () => {
    const { writer, reader } = await atHand();
    await writer.write(bytes(LINE));
    const first = await readLines(reader, 1);
    await writer.write(bytes(LINE.repeat(2_000)));
    // Taken once the one before was given up.
    await writer.write(bytes(LINE));
    const text = first + (await readLines(reader, 2_001));
    expect(text.trimEnd().split('\n')).toHaveLength(2_002);
    await reader.cancel();
  });
});

describe('a client that sends without an end and does not read', () => {
  it('lets others have their turn, also while what it sends is thrown away', async () => {
    const piece = bytes(LINE.repeat(100));
    // The next piece is always there.
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(piece.slice()),
    });
    const { stream, ended } = await answered(body, { bytes: 4096, patience: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stream.cancel();
    expect(await ended).toBeUndefined();
  });
});

describe('a client that neither sends nor reads', () => {
  /** Sends lines, and then nothing more. */
  const stopsAfter = (lines: number) =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(bytes(LINE.repeat(lines))),
    });

  it('has its request ended, and its answers end with the reason where it stopped to read', async () => {
    const body = stopsAfter(100_000);
    const { stream, ended } = await answered(body, { bytes: 1e7, patience: 60_000, stalled: 50 });
    const reader = stream.getReader();
    let text = new TextDecoder().decode((await reader.read()).value);
    expect(await ended).toBeUndefined();
    for (let next = await reader.read(); !next.done; next = await reader.read())
      text += new TextDecoder().decode(next.value);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBeLessThan(10_000);
    expect(lines.slice(0, -1).every(({ source }) => source === 'segment')).toBe(true);
    expect(lines.at(-1).error).toMatchObject({ code: 'answers_not_read', index: lines.length - 1 });
  });

  it('may wait for as long as it likes when it has all of its answers', async () => {
    const body = stopsAfter(100);
    const { stream, ended } = await answered(body, { bytes: 1e6, patience: 60_000, stalled: 300 });
    const reader = stream.getReader();
    const text = await readLines(reader, 100);
    expect(text.trimEnd().split('\n')).toHaveLength(100);
    const waited = new Promise((resolve) => setTimeout(resolve, 1_000, 'still open'));
    expect(await Promise.race([ended, waited])).toBe('still open');
    await reader.cancel();
  });
});

describe('a client that reads while it sends', () => {
  it('gets every answer, however few can wait', async () => {
    const { body } = client(100);
    const { stream } = await answered(body, { bytes: 1000, patience: 60_000 });
    expect(await linesOf(stream)).toHaveLength(10_000);
  });

  it('may be as slow as it likes once all is sent', async () => {
    const { body, isDone } = client(2);
    const { stream } = await answered(body, { bytes: 1_000_000, patience: 1 });
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await linesOf(stream)).toHaveLength(200);
  });
});

describe('POST /vouchers with lines', () => {
  const NDJSON = { 'content-type': 'application/x-ndjson' };
  const post = async (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) => {
    const { send } = await service();
    const response = await send('POST', '/vouchers', { body, headers: { ...NDJSON, ...headers } });
    return { status: response.status, lines: (await response.text()).trimEnd().split('\n') };
  };

  it('answers lines that are compressed with gzip', async () => {
    const { lines } = await post(new Uint8Array(gzipSync(LINE.repeat(3))), { 'content-encoding': 'gzip' });
    expect(lines.map((line) => JSON.parse(line).segment)).toEqual(['14-37', '14-37', '14-37']);
  });

  it('ends with an error where the gzip breaks off', async () => {
    const whole = new Uint8Array(gzipSync(LINE.repeat(1000)));
    const { lines } = await post(whole.slice(0, -20), { 'content-encoding': 'gzip' });
    expect(JSON.parse(lines.at(-1) ?? '').error).toMatchObject({ code: 'malformed_json' });
  });

  it('refuses a line in Latin-1 alone, and a line that is right has its answer', async () => {
    const latin1 = Uint8Array.from(`${LINE.replace('Peru', 'C\xf4te')}${LINE}`, (c) => c.charCodeAt(0));
    const { lines } = await post(latin1, {});
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect([first.error.code, first.error.detail]).toEqual([
      'malformed_json',
      'The line cannot be read: it must be text in UTF-8, without U+FFFD, the sign of damaged text.',
    ]);
    expect(second.source).toBe('segment');
  });

  it.each([
    [{ 'content-type': 'application/x-ndjson; charset=iso-8859-1' }, 415],
    [{ 'content-encoding': 'br' }, 415],
    [{ 'content-encoding': 'identity' }, 200],
  ])('with %j is answered %i', async (headers, status) => {
    expect((await post(bytes(LINE), headers as Record<string, string>)).status).toBe(status);
  });
});

describe('lines', () => {
  const read = (text: Uint8Array<ArrayBuffer>, size: number) => {
    const lines = new Lines();
    const found = [];
    for (let at = 0; at < text.length; at += size) found.push(...lines.push(text.slice(at, at + size)));
    return [...found, ...lines.end()];
  };

  it.each([1, 2, 3, 5, 1000])('are the same when they arrive in pieces of %i bytes', (size) => {
    const text = bytes('\ufeffa\n\né中\u{1f600}\n\ufeffb\r\nend');
    expect(read(text, size)).toEqual(['a', '', 'é中\u{1f600}', '\ufeffb\r', 'end']);
    const odd = Uint8Array.of(65, 10, 0xf4, 10, 0xc3, 10, 0xe2, 0x82, 10, 66, 10);
    expect(read(odd, size)).toEqual(['A', NOT_UTF8, NOT_UTF8, NOT_UTF8, 'B']);
    const long = bytes(`a\n${'x'.repeat(70_000)}\nb`);
    if (size > 4) expect(read(long, size)).toEqual(['a', TOO_LONG, 'b']);
  });
});
