import { describe, expect, expectTypeOf, it } from 'vitest';
import { DEFAULTS } from '../../../src/client/call.ts';
import {
  type CallProblem,
  type ClientOptions,
  createClient,
  type Decision,
  type Readiness,
  type ServiceProblem,
  type VoucherInput,
} from '../../../src/client/client.ts';
import { sleep } from '../../../src/client/retry.ts';
import { goldenApp, version } from '../../support/golden.ts';
import { service } from '../../support/service.ts';

const REQUEST = { customer_id: 1, country_code: 'Peru', total_orders: 15, segment_name: 'frequency_segment' };
/** Milliseconds for an attempt: as no wait between two. */
const TIME = 77;
const DECISION: Decision = {
  voucher_amount: 5,
  segment_name: 'frequency_segment',
  segment: '14-37',
  source: 'segment',
  sample_size: 9,
  artifact_version: 'v',
};
const BUSY = { title: 'x', status: 503, code: 'no_artifact', detail: 'not yet', request_id: 'r' };

const app = await goldenApp();
const served = createClient('http://localhost', { fetch: async (input, init) => app.request(input, init) });

/** A client whose service gives these answers in turn, and whose waits are written down and take no time. */
function against(answers: (Response | Error | 'never')[], options: ClientOptions = {}) {
  const waits: number[] = [];
  const sent: Request[] = [];
  const client = createClient('http://service.test', {
    timeout: TIME,
    random: () => 0.5,
    now: () => Date.UTC(2026, 0, 1),
    sleep: (milliseconds, signal) => {
      if (milliseconds === TIME)
        return answers[sent.length] === 'never' ? Promise.resolve() : untilAborted(signal);
      waits.push(milliseconds);
      return Promise.resolve();
    },
    fetch: async (input, init) => {
      const answer = answers[sent.push(new Request(input, init)) - 1];
      if (answer instanceof Response) return answer;
      if (answer instanceof Error) throw answer;
      return untilAborted(init?.signal as AbortSignal).then(() => Promise.reject(new Error('aborted')));
    },
    ...options,
  });
  return { client, waits, sent };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}

const busy = (headers: Record<string, string> = {}, status = 503) => Response.json(BUSY, { status, headers });
const fine = () => Response.json(DECISION);

describe('the URL of a client', () => {
  it.each(['http://service.test/?a=1', 'http://service.test/api#top', 'http://service.test?'])(
    'may not be %s, to which no path can be added',
    (url) => {
      expect(() => createClient(url)).toThrow(/^expected a URL without \? and #, got "http/);
    },
  );

  it('may have a path, with or without a slash at its end', async () => {
    for (const url of ['http://service.test/api', 'http://service.test/api/']) {
      const asked: string[] = [];
      const client = createClient(url, {
        fetch: async (input) => {
          asked.push(String(input));
          return fine();
        },
      });
      await client.voucher(REQUEST);
      expect(asked).toEqual(['http://service.test/api/voucher']);
    }
  });
});

describe('a client of the real app', () => {
  it('gives the answers that the service gives', async () => {
    const outcome = await served.voucher(REQUEST);
    expect(outcome).toEqual({
      ok: true,
      answer: expect.objectContaining({ segment_name: 'frequency_segment', artifact_version: version }),
    });
    const answer = outcome.ok ? outcome.answer : null;
    const batch = await served.vouchers([REQUEST, { ...REQUEST, total_orders: -1 }]);
    expect(batch).toEqual({
      ok: true,
      answer: [answer, { error: expect.objectContaining({ code: 'invalid_request', index: 1 }) }],
    });
    const keys = ['version', 'schema_version', 'config', 'data', 'quality', 'default_shares'];
    expect(await served.artifact()).toMatchObject({ ok: true, answer: { version, schema_version: 2 } });
    const artifact = await served.artifact();
    expect(Object.keys(artifact.ok ? artifact.answer : {}).sort()).toEqual(keys.sort());
    const ready = await served.ready();
    const told = [
      'status',
      'version',
      'origin',
      'published_at',
      'history_source',
      'hold',
      'check',
      'data',
      'warnings',
      'fault',
      'guards',
    ] satisfies (keyof Readiness)[];
    expect(Object.keys(ready.ok ? ready.answer : {}).sort()).toEqual(told.sort());
    expect(ready).toMatchObject({
      ok: true,
      answer: { status: 'ready', version, origin: 'golden' },
    });
  });

  it('gives a refusal as the problem that the service sends', async () => {
    const outcome = await served.voucher({ ...REQUEST, segment_name: 'no_segment' });
    expect(outcome).toMatchObject({
      ok: false,
      problem: { code: 'unknown_segment', status: 422, errors: [{ path: 'segment_name' }] },
    });
  });

  it('waits out the rate limit of the service', async () => {
    const answers = [false, true];
    const limit = async () => ({ success: answers.shift() ?? true });
    const { send } = await service(undefined, { callers: { limiter: { limit } } });
    const waits: number[] = [];
    const client = createClient('http://localhost', {
      sleep: (milliseconds, signal) => {
        if (milliseconds === DEFAULTS.timeout) return untilAborted(signal);
        waits.push(milliseconds);
        return Promise.resolve();
      },
      fetch: (input, init) => send('POST', new URL(String(input)).pathname, init),
    });
    expect(await client.voucher(REQUEST)).toMatchObject({ ok: true });
    expect(waits).toEqual([60_000]);
  });

  it('tells the cases apart by type', async () => {
    const outcome = await served.voucher(REQUEST);
    if (outcome.ok) expectTypeOf(outcome.answer).toEqualTypeOf<Decision>();
    else if (outcome.problem.code === 'timeout') expectTypeOf(outcome.problem).toEqualTypeOf<CallProblem>();
    else if (outcome.problem.code === 'unknown_segment')
      expectTypeOf(outcome.problem).toEqualTypeOf<ServiceProblem>();
    expectTypeOf<{ customer_id: 1 }>().not.toExtend<VoucherInput>();
  });
});

describe('a call', () => {
  it('is made again while the service is busy, with growing waits', async () => {
    const { client, waits, sent } = against([busy(), busy({}, 429), busy(), fine()]);
    expect(await client.voucher(REQUEST)).toEqual({ ok: true, answer: DECISION });
    expect(waits).toEqual([50, 100, 200]);
    expect(await Promise.all(sent.map((request) => request.json()))).toEqual([
      REQUEST,
      REQUEST,
      REQUEST,
      REQUEST,
    ]);
  });

  it('gives up after so many retries, with the last problem', async () => {
    const { client, sent } = against([busy(), busy(), busy()], { retries: 2 });
    expect(await client.voucher(REQUEST)).toEqual({ ok: false, problem: BUSY });
    expect(sent).toHaveLength(3);
  });

  it.each(['-5', '0.5', '0', 'Thu, 01 Jan 2015 00:00:00 GMT', 'soon', ''])(
    'is not made again at once for Retry-After: %s',
    async (retryAfter) => {
      const { client, waits } = against([busy({ 'retry-after': retryAfter }), fine()]);
      expect(await client.voucher(REQUEST)).toMatchObject({ ok: true });
      expect(waits).toEqual([50]);
    },
  );

  it.each([301, 302, 307, 308])('is not sent on by a %i, and says where that pointed', async (status) => {
    const location = 'https://other.example/voucher';
    const { client, sent } = against([new Response(null, { status, headers: { location } })], {
      headers: { 'x-api-key': 'secret' },
    });
    const outcome = await client.voucher(REQUEST);
    expect(outcome).toMatchObject({
      ok: false,
      problem: { code: 'redirected', status, detail: expect.stringContaining(location) },
    });
    expect(sent.map(({ url, redirect }) => [url, redirect])).toEqual([
      ['http://service.test/voucher', 'manual'],
    ]);
  });

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const date = new Date(Date.UTC(2026, 0, 1, 0, 0, 7)).toUTCString();
    const { client, waits } = against([busy({ 'retry-after': '2' }), busy({ 'retry-after': date }), fine()]);
    expect(await client.voucher(REQUEST)).toMatchObject({ ok: true });
    expect(waits).toEqual([2_000, 7_000]);
  });

  it.each([
    ['66', {}],
    ['3600', {}],
    ['60', { longestWait: 59_999 }],
  ])('does not wait longer than it may: %s, %j', async (seconds, options) => {
    const { client, waits } = against([busy({ 'retry-after': seconds })], options);
    expect(await client.voucher(REQUEST)).toMatchObject({ ok: false, problem: { code: 'no_artifact' } });
    expect(waits).toEqual([]);
  });

  it.each([400, 422, 500])('is not made again after %d', async (status) => {
    const { client, sent } = against([Response.json({ ...BUSY, status, code: 'other' }, { status })]);
    expect(await client.voucher(REQUEST)).toMatchObject({ ok: false, problem: { code: 'other' } });
    expect(sent).toHaveLength(1);
  });

  it('to ready() is made once', async () => {
    const { client, sent } = against([busy()]);
    expect(await client.ready()).toEqual({ ok: false, problem: BUSY });
    expect(sent).toHaveLength(1);
  });

  it('without an answer is a timeout', async () => {
    const { client } = against(['never']);
    expect(await client.artifact()).toEqual({
      ok: false,
      problem: { code: 'timeout', detail: 'expected an answer within 77 ms, got none' },
    });
  });

  it('that gets no connection is a network error', async () => {
    const cause = new TypeError('fetch failed');
    const { client } = against([cause]);
    const outcome = await client.voucher(REQUEST);
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'network_error', cause } });
  });

  const circular: Record<string, unknown> = { ...REQUEST };
  circular.customer_id = circular;
  it.each([
    ['a BigInt', { ...REQUEST, customer_id: 1n }],
    ['a circle', circular],
  ])('with %s has a request that cannot be written, and sends nothing', async (_, request) => {
    const { client, sent } = against([fine()]);
    const outcomes = [await client.voucher(request as never), await client.vouchers([request] as never)];
    for (const outcome of outcomes) {
      expect(outcome).toEqual({
        ok: false,
        problem: {
          code: 'unwritable_request',
          detail: expect.stringMatching(
            /^expected a request that can be written as JSON, got one that cannot: ./,
          ),
          cause: expect.any(TypeError),
        },
      });
    }
    expect(sent).toEqual([]);
  });

  it('that the caller gives up is aborted, also between two attempts', async () => {
    const controller = new AbortController();
    const { client } = against([busy(), fine()], {
      sleep: (milliseconds, signal) => {
        if (milliseconds !== TIME || signal === controller.signal) controller.abort('enough');
        return untilAborted(signal);
      },
    });
    const outcome = await client.voucher(REQUEST, { signal: controller.signal });
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'aborted', cause: 'enough' } });
  });

  it.each([
    [new Response('<html>', { status: 502 }), 502],
    [new Response('not JSON'), 200],
    [Response.json({ error: 1 }, { status: 418 }), 418],
  ])('that another server answers is an unexpected answer', async (response, status) => {
    const { client } = against([response]);
    expect(await client.voucher(REQUEST)).toMatchObject({
      ok: false,
      problem: { code: 'unexpected_answer', status },
    });
  });

  describe('that is answered with JSON of another service', () => {
    const { voucher_amount: _, ...rest } = DECISION;
    const FOREIGN = [
      {},
      [],
      null,
      5,
      { ok: true },
      { ...DECISION, voucher_amount: '5' },
      rest,
      BUSY,
      [rest],
      [{ error: {} }],
      [DECISION, DECISION],
      { status: 'ok', version: '1.2.3' },
    ];

    it.each(FOREIGN)('is an unexpected answer: %j', async (body) => {
      const { client } = against(Array.from({ length: 4 }, () => Response.json(body)));
      const outcomes = [
        await client.voucher(REQUEST),
        await client.vouchers([REQUEST]),
        await client.artifact(),
        await client.ready(),
      ];
      const unexpected = {
        code: 'unexpected_answer',
        status: 200,
        detail: expect.stringContaining(JSON.stringify(JSON.stringify(body).slice(0, 80))),
      };
      for (const outcome of outcomes) expect(outcome).toEqual({ ok: false, problem: unexpected });
    });

    it('is the answer if it has the fields of one, and others', async () => {
      const newer = { ...DECISION, currency: 'PEN' };
      const { client } = against([Response.json(newer), Response.json([newer]), Response.json([])]);
      expect(await client.voucher(REQUEST)).toEqual({ ok: true, answer: newer });
      expect(await client.vouchers([REQUEST])).toEqual({ ok: true, answer: [newer] });
      expect(await client.vouchers([])).toEqual({ ok: true, answer: [] });
    });
  });

  it.each([Infinity, 2 ** 31, 2 ** 32])('has all the time it needs with a timeout of %d', async (timeout) => {
    const client = createClient('http://service.test', {
      timeout,
      fetch: async (_, { signal } = {}) => {
        // Longer than the 1 ms after which a timer goes off that cannot be that long.
        await sleep(30, new AbortController().signal);
        if (signal?.aborted) throw new Error('aborted');
        return fine();
      },
    });
    expect(await client.voucher(REQUEST)).toMatchObject({ ok: true });
  });

  it('is not made again by a wait that no timer has', async () => {
    const { client, waits } = against([busy({ 'retry-after': '2147484' }), fine()], {
      longestWait: Infinity,
    });
    expect(await client.voucher(REQUEST)).toEqual({ ok: false, problem: BUSY });
    expect(waits).toEqual([]);
  });

  it('takes an option that is undefined for one that is not given', async () => {
    const asked: number[] = [];
    const options = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, undefined]));
    const none: ClientOptions = { ...options, headers: undefined, fetch: undefined };
    const answers = [busy({ 'retry-after': '1' }), fine()];
    const client = createClient('http://service.test', {
      ...none,
      fetch: async () => answers.shift() ?? fine(),
      sleep: (milliseconds, signal) => {
        asked.push(milliseconds);
        return milliseconds === DEFAULTS.timeout ? untilAborted(signal) : Promise.resolve();
      },
    });
    expect(await client.voucher(REQUEST, { signal: undefined })).toMatchObject({ ok: true });
    expect(asked).toEqual([5_000, 1_000, 5_000]);
    expect(await createClient('http://127.0.0.1:9', none).ready()).toMatchObject({
      problem: { code: 'network_error' },
    });
  });

  it('carries the headers that the client was made with', async () => {
    const { client, sent } = against([fine()], { headers: { authorization: 'Bearer k' } });
    await client.voucher(REQUEST);
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer k');
    expect(sent[0]?.headers.get('content-type')).toBe('application/json');
    expect(sent[0]?.url).toBe('http://service.test/voucher');
  });
});
