import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { cases, goldenStore, version } from './golden.ts';
import { MOMENT } from './service.ts';

const GOOD = { customer_id: 1, country_code: 'Peru', total_orders: 15, segment_name: 'frequency_segment' };
const BAD = { ...GOOD, total_orders: -1 };

type Entry = Record<string, unknown> & { error?: { code: string; index: number; status: number } };

/** Holds POST /vouchers to its words in one runtime. */
export async function batchSuite(runtime: string): Promise<void> {
  const logged: Record<string, unknown>[] = [];
  const app = createApp({
    store: await goldenStore(),
    clock: { now: () => MOMENT, elapsed: () => 0 },
    log: (line) => logged.push(JSON.parse(line)),
  });
  const post = async (path: string, body: BodyInit, type: string): Promise<Response> => {
    const init = { method: 'POST', headers: { 'content-type': type }, body, duplex: 'half' };
    return app.fetch(new Request(`http://localhost${path}`, init));
  };
  const postArray = (body: unknown) => post('/vouchers', JSON.stringify(body), 'application/json');
  const postLines = (body: BodyInit) => post('/vouchers', body, 'application/x-ndjson');
  const entriesOf = async (response: Response): Promise<Entry[]> => response.json();
  const linesOf = async (response: Response): Promise<Entry[]> => {
    const text = new TextDecoder().decode(await response.arrayBuffer());
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
  };

  /** What POST /voucher says of an entry, as in a batch. */
  async function alone(entry: unknown, index: number): Promise<unknown> {
    const answer = await post('/voucher', JSON.stringify(entry), 'application/json');
    const { request_id: _, ...body } = (await answer.json()) as Record<string, unknown>;
    return answer.status === 200 ? body : { error: { ...body, index } };
  }

  const golden = cases.flatMap(({ request: { method, path, body } }) =>
    method === undefined && path === undefined && body !== undefined ? [body] : [],
  );

  describe(`an array of requests on ${runtime}`, () => {
    it('answers every golden request as POST /voucher does, in order', async () => {
      const response = await postArray(golden);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('x-artifact-version')).toBe(version);
      expect(await entriesOf(response)).toEqual(await Promise.all(golden.map(alone)));
    });

    it('passes over a byte order mark, as POST /voucher does', async () => {
      const response = await post('/vouchers', `\ufeff${JSON.stringify([GOOD])}`, 'application/json');
      expect([response.status, await entriesOf(response)]).toEqual([200, [await alone(GOOD, 0)]]);
    });

    it('answers 10,000 entries, bad ones first and last, and logs one line', async () => {
      const batch = [
        BAD,
        ...Array.from({ length: 9_998 }, (_, index) => ({ ...GOOD, customer_id: index })),
        7,
      ];
      logged.length = 0;
      const answers = await entriesOf(await postArray(batch));
      expect(answers).toHaveLength(10_000);
      expect(answers.at(0)?.error).toMatchObject({ code: 'invalid_request', status: 422, index: 0 });
      expect(answers.at(-1)?.error).toMatchObject({ code: 'invalid_request', status: 422, index: 9_999 });
      expect(answers.filter(({ error }) => error)).toHaveLength(2);
      expect(logged).toEqual([
        expect.objectContaining({
          'http.route': '/vouchers',
          'http.response.status_code': 200,
          'voucher.artifact_version': version,
          'voucher.batch.entries': 10_000,
          'voucher.batch.source.segment': 9_998,
          'voucher.batch.source.country': 0,
          'voucher.batch.source.default': 0,
          'voucher.batch.refused.invalid_request': 2,
        }),
      ]);
    });

    it.each([
      'application/json; charset=utf-8',
      'Application/JSON ;charset="utf-8"',
      'application/vnd.crm+json',
    ])('takes an array that is said to be %s', async (type) => {
      const response = await post('/vouchers', JSON.stringify([GOOD]), type);
      expect(response.status).toBe(200);
      expect(await entriesOf(response)).toEqual([await alone(GOOD, 0)]);
    });

    it('answers no entries with no answers', async () => {
      expect(await (await postArray([])).text()).toBe('[]');
    });

    it.each([
      ['10,001 entries', JSON.stringify(Array(10_001).fill(0)), 413, 'batch_too_large'],
      ['more than 4 MiB', `[${' '.repeat(4 * 1024 * 1024)}]`, 413, 'body_too_large'],
      ['no array', JSON.stringify(GOOD), 422, 'invalid_request'],
      ['a broken array', '[{}', 400, 'malformed_json'],
      ['nothing', '', 400, 'malformed_json'],
    ])('refuses %s as a whole', async (_, body, status, code) => {
      const response = await post('/vouchers', body, 'application/json');
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ status, code });
      expect(response.status).toBe(status);
    });

    it('says what else to do with a batch that is too large', async () => {
      const response = await postArray(Array(10_001).fill(GOOD));
      expect(await response.json()).toMatchObject({
        detail: expect.stringContaining('application/x-ndjson'),
      });
    });

    it('refuses another type, and names the two that it takes', async () => {
      const response = await post('/vouchers', '[]', 'text/csv');
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({
        detail: expect.stringContaining('application/x-ndjson'),
      });
    });
  });

  describe(`lines of requests on ${runtime}`, () => {
    it('answers every golden request as POST /voucher does, wherever the body is cut', async () => {
      const bytes = new TextEncoder().encode(golden.map((entry) => JSON.stringify(entry)).join('\r\n\n  \n'));
      const expected = await Promise.all(golden.map(alone));
      for (const size of [1, 7, 1000, bytes.length]) {
        const response = await postLines(inPieces(bytes, size));
        expect(response.headers.get('content-type')).toBe('application/x-ndjson');
        expect(await linesOf(response)).toEqual(expected);
      }
    });

    it('answers a line that is broken or too long with an error, and goes on', async () => {
      const fits = JSON.stringify({ ...GOOD, note: 'é'.repeat(32_000) });
      const long = JSON.stringify({ ...GOOD, note: 'é'.repeat(33_000) });
      const endless = JSON.stringify({ ...GOOD, note: 'x'.repeat(1_000_000) });
      const lines = ['{', JSON.stringify(GOOD), long, fits, endless, JSON.stringify(GOOD), endless];
      const bytes = new TextEncoder().encode(lines.join('\n'));
      for (const size of [4096, bytes.length]) {
        const answers = await linesOf(await postLines(inPieces(bytes, size)));
        const codes = answers.map(({ error, source }) => (error ? [error.code, error.index] : source));
        expect(codes).toEqual([
          ['malformed_json', 0],
          'segment',
          ['line_too_long', 2],
          'segment',
          ['line_too_long', 4],
          'segment',
          ['line_too_long', 6],
        ]);
      }
    });

    it('takes lines whose type has parameters', async () => {
      const response = await post('/vouchers', JSON.stringify(GOOD), 'application/x-ndjson; charset=utf-8');
      expect(await linesOf(response)).toEqual([await alone(GOOD, 0)]);
    });

    it('answers nothing to nothing', async () => {
      expect(await linesOf(await postLines(''))).toEqual([]);
      expect(await linesOf(await postLines('\n\n'))).toEqual([]);
    });

    it('takes no more of a body than a bounded number of answers ahead of their reading', async () => {
      const client = endlessBody();
      const response = await postLines(client.body);
      const reader = response.body?.getReader();
      for (let reads = 1; reads <= 20; reads++) {
        await reader?.read();
        await rest();
        expect(client.sent()).toBeLessThanOrEqual(MOST_AHEAD / LINES_IN_PIECE + reads + 2);
      }
      logged.length = 0;
      await reader?.cancel();
      await rest();
      expect(client.isCancelled()).toBe(true);
      expect(logged).toEqual([
        expect.objectContaining({ 'voucher.batch.broken_off': true, 'http.response.status_code': 200 }),
      ]);
    });

    it('answers a client that never ends for as long as it reads, far past what an array may hold', async () => {
      const client = endlessBody();
      const response = await postLines(client.body);
      let answers = 0;
      for await (const bytes of response.body ?? []) {
        answers += bytes.reduce((lines: number, byte: number) => lines + (byte === 10 ? 1 : 0), 0);
        if (answers > 30_000) break;
      }
      expect(answers).toBeGreaterThan(30_000);
      expect(client.sent()).toBeLessThanOrEqual((answers + MOST_AHEAD) / LINES_IN_PIECE + 2);
    });

    it('answers what is whole of a body that breaks off, and says so in the log', async () => {
      logged.length = 0;
      let pieces = 0;
      const body = new ReadableStream({
        pull(controller) {
          if (pieces++ === 0) controller.enqueue(new TextEncoder().encode(`${JSON.stringify(GOOD)}\n{"cust`));
          else controller.error(new Error('gone'));
        },
      });
      const answers = await linesOf(await postLines(body));
      expect(answers.map(({ source, error }) => source ?? error?.code)).toEqual([
        'segment',
        'malformed_json',
      ]);
      await rest();
      expect(logged).toEqual([
        expect.objectContaining({ 'voucher.batch.entries': 2, 'voucher.batch.broken_off': true }),
      ]);
    });
  });
}

const LINES_IN_PIECE = 500;
/** Answers that may wait: 8 MiB of 8 bytes each. */
const MOST_AHEAD = 1024 * 1024;

/** A body of good lines without an end, which tells how many pieces of it were taken. */
function endlessBody() {
  const piece = new TextEncoder().encode(`${JSON.stringify(GOOD)}\n`.repeat(LINES_IN_PIECE));
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        sent++;
        controller.enqueue(piece.slice());
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, sent: () => sent, isCancelled: () => cancelled };
}

function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
      else controller.close();
      at += size;
    },
  });
}

/** Lets everything happen that waits for nothing else. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
