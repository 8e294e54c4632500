import { describe, expect, it } from 'vitest';
import { bufferedLog, lostLine } from '../../../src/platform/buffered-log.ts';

interface Limits {
  /** Bytes that one write takes at most. */
  portion?: number;
  batch?: number;
  most?: number;
}

/** A log into a file that may be full, or stall. */
function logInto({ portion = 5, batch = 100, most = 1000 }: Limits = {}) {
  const file = { text: '', writes: 0, full: false, stalled: null as null | Promise<void> };
  const waiting: (() => void)[] = [];
  const decoder = new TextDecoder();
  const buffered = bufferedLog({
    async write(bytes) {
      file.writes++;
      await file.stalled;
      if (file.full) throw new Error('No space left on device (os error 28)');
      const part = bytes.subarray(0, portion);
      file.text += decoder.decode(part, { stream: true });
      return part.length;
    },
    lost: (lines) => `lost ${lines}`,
    later: (callback) => waiting.push(callback),
    batch,
    most,
  });
  /** Lets the time come that `later` waits for, and what is written then be written. */
  const pass = async () => {
    waiting.pop()?.();
    await settled();
  };
  return { ...buffered, file, waiting, pass };
}

/** Resolves when all that can go on without I/O has gone on. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('the buffered log', () => {
  it('holds lines until it is time, asks for time once, and then writes all of them whole', async () => {
    const { log, file, waiting, pass } = logInto();
    log('{"a":1}');
    log('{"b":2}');
    expect([file.text, waiting.length]).toEqual(['', 1]);
    await pass();
    expect(file.text).toBe('{"a":1}\n{"b":2}\n');
    log('{"c":3}');
    expect(waiting.length).toBe(1);
  });

  it('writes at once when it holds a batch, and leaves less than that for later', async () => {
    const { log, file, waiting, pass } = logInto({ portion: 1000, batch: 20 });
    log('{"a":1}');
    expect(file.writes).toBe(0);
    log('{"b":2,"more":"of it"}');
    log('{"c":3}');
    await settled();
    expect([file.text, waiting.length]).toEqual(['{"a":1}\n{"b":2,"more":"of it"}\n', 1]);
    await pass();
    expect(file.text).toContain('{"c":3}\n');
  });

  it('writes the rest when it is flushed, and nothing twice', async () => {
    const { log, flush, file, pass } = logInto({ portion: 1 });
    log('é');
    await flush();
    await flush();
    await pass();
    expect(file.text).toBe('é\n');
  });

  it('has one write under way, and counts what does not fit while it stalls', async () => {
    const { log, file, pass } = logInto({ portion: 1000, batch: 10, most: 40 });
    const { promise, resolve } = Promise.withResolvers<void>();
    file.stalled = promise;
    for (let line = 10; line < 30; line++) log(`line number ${line}`);
    await settled();
    expect([file.writes, file.text]).toEqual([1, '']);
    resolve();
    file.stalled = null;
    await settled();
    await pass();
    expect(file.text).toBe('line number 10\nline number 11\nlost 18\n');
    log('and on');
    await pass();
    expect(file.text.split('\n').slice(-3)).toEqual(['lost 18', 'and on', '']);
  });

  it('goes on where it was when there is room again, and says once what was lost', async () => {
    const { log, flush, file, pass } = logInto({ portion: 7, batch: 10, most: 60 });
    log('the first line');
    await flush();
    file.full = true;
    for (let line = 10; line < 40; line++) log(`line number ${line}`);
    await settled();
    const { writes } = file;
    for (let line = 40; line < 50; line++) log(`line number ${line}`);
    await settled();
    // A file that is full is not asked again for each line.
    expect(file.writes).toBe(writes);
    await pass();
    await pass();
    expect(file.writes).toBe(writes + 2);
    file.full = false;
    await pass();
    await pass();
    const [first, ...others] = file.text.trimEnd().split('\n');
    expect(first).toBe('the first line');
    const told = others.filter((line) => line.startsWith('lost'));
    const kept = others.filter((line) => /^line number \d\d$/.test(line));
    expect(told).toEqual([`lost ${40 - kept.length}`]);
    expect(kept.length + told.length).toBe(others.length);
  });

  it('writes long texts of all alphabets as they were logged, in their order, however little a write takes', async () => {
    const { log, flush, file } = logInto({ portion: 9_973, batch: 50_000, most: 10_000_000 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const lines = Array.from({ length: 3_000 }, (_, at) => `${at} ${'añ€😀'.repeat(at % 40)}`);
    for (const line of lines.slice(0, 1_000)) log(line);
    file.stalled = promise;
    await settled();
    for (const line of lines.slice(1_000, 2_000)) log(line);
    resolve();
    for (const line of lines.slice(2_000)) log(line);
    await flush();
    expect(file.text).toBe(`${lines.join('\n')}\n`);
  });

  it('can be flushed though nothing can be written', async () => {
    const { log, flush, file } = logInto();
    file.full = true;
    log('a line');
    await flush();
    await flush();
    expect(file.text).toBe('');
  });
});

it('the line about lost lines says how many, as an error of the Elastic Common Schema', () => {
  expect(JSON.parse(lostLine(0, 7))).toMatchObject({
    '@timestamp': '1970-01-01T00:00:00.000Z',
    'log.level': 'error',
    'event.action': 'log_lost',
    'voucher.lines_lost': 7,
  });
});
