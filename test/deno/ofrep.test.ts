import { OFREPProvider } from '@openfeature/ofrep-provider';
import { type Client, ErrorCode, type EvaluationContext, OpenFeature } from '@openfeature/server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { serveWithDeno } from './support.ts';

const { origin, stop } = await serveWithDeno('test/deno/serve.ts');
let client: Client;
beforeAll(async () => {
  await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: origin }));
  client = OpenFeature.getClient();
});
afterAll(async () => {
  await OpenFeature.close();
  await stop();
});

const KEY = { key: z.string() };
/** What the OpenAPI document of the protocol says of answers. A whole number is an integer flag and a float flag. */
const Success = z.looseObject({
  ...KEY,
  value: z.union([z.boolean(), z.string(), z.number(), z.looseObject({})]),
  reason: z.optional(z.string()),
  variant: z.optional(z.string()),
  metadata: z.optional(z.record(z.string(), z.union([z.boolean(), z.string(), z.number()]))),
});
const Failure = z.looseObject({
  ...KEY,
  errorCode: z.enum(['PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'GENERAL']),
  errorDetails: z.optional(z.string()),
});
const NotFound = z.looseObject({
  ...KEY,
  errorCode: z.literal('FLAG_NOT_FOUND'),
  errorDetails: z.optional(z.string()),
});
const Bulk = z.looseObject({ flags: z.array(z.union([Success, Failure])) });
const BulkFailure = z.looseObject({ errorCode: z.string(), errorDetails: z.optional(z.string()) });

const SEGMENTS = ['frequency_segment', 'frequent_segment', 'recency_segment'];
const COUNTRIES = ['Peru', 'peru ', 'Latvia', 'Atlantis', 'Äquatorialguinea'];

/** Numbers that are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function contexts(
  count: number,
): { segment: string; context: EvaluationContext & Record<string, string | number> }[] {
  const next = numbers(7);
  return Array.from({ length: count }, (_, index) => ({
    segment: SEGMENTS[next(SEGMENTS.length)] ?? '',
    context: {
      targetingKey: `c-${index}`,
      country_code: COUNTRIES[next(COUNTRIES.length)] ?? '',
      total_orders: next(60),
      last_order_ts: new Date(Date.UTC(2026, 0, 1) - next(300) * 86_400_000).toISOString(),
      as_of: '2026-02-01',
    },
  }));
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
const FLAGS = '/ofrep/v1/evaluate/flags';
const CONTEXT = { targetingKey: 'c-1', country_code: 'Peru', total_orders: 15, as_of: '2026-02-01' };

describe('the provider of OpenFeature', () => {
  it('gets a thousand answers that are those of POST /voucher', async () => {
    const seen = new Set<string>();
    for (const { segment, context } of contexts(1000)) {
      const { targetingKey, ...fields } = context;
      const request = { customer_id: targetingKey, segment_name: segment, ...fields };
      const [details, response] = await Promise.all([
        client.getNumberDetails(segment, -1, context),
        post('/voucher', request),
      ]);
      const decision = await response.json();
      expect([response.status, details.errorMessage]).toEqual([200, undefined]);
      expect(details).toMatchObject({
        value: decision.voucher_amount,
        reason: decision.source === 'default' ? 'DEFAULT' : 'TARGETING_MATCH',
        flagMetadata: {
          version: decision.artifact_version,
          source: decision.source,
          rows: decision.sample_size,
        },
      });
      expect(details.variant).toBe(decision.segment ?? undefined);
      seen.add(`${decision.source} ${decision.segment}`);
    }
    expect(seen.size).toBeGreaterThan(4);
  });

  it.each([
    ['a flag that is not there', 'shoe_size', CONTEXT, ErrorCode.FLAG_NOT_FOUND],
    ['no targetingKey', 'frequency_segment', { country_code: 'Peru' }, ErrorCode.TARGETING_KEY_MISSING],
    [
      'a field of another type',
      'frequency_segment',
      { ...CONTEXT, total_orders: 'many' },
      ErrorCode.INVALID_CONTEXT,
    ],
    ['a field that is missing', 'recency_segment', CONTEXT, ErrorCode.INVALID_CONTEXT],
    ['a megabyte', 'frequency_segment', { ...CONTEXT, note: 'x'.repeat(2 ** 20) }, ErrorCode.INVALID_CONTEXT],
  ])('gets its default and a code for %s', async (_, flag, context, code) => {
    const details = await client.getNumberDetails(flag, -1, context as EvaluationContext);
    expect(details).toMatchObject({ value: -1, reason: 'ERROR', errorCode: code });
    expect(details.errorMessage).toMatch(/\w/);
  });
});

describe('the answers fit the document of the protocol', () => {
  it('for a flag', async () => {
    const response = await post(`${FLAGS}/frequency_segment`, { context: CONTEXT });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(Success.parse(await response.json())).toMatchObject({
      key: 'frequency_segment',
      variant: '14-37',
    });
  });

  it.each([
    ['not JSON', '{"context": {', 'PARSE_ERROR'],
    ['no context', {}, 'INVALID_CONTEXT'],
    ['a context that is a list', { context: [] }, 'INVALID_CONTEXT'],
    ['a body that is null', 'null', 'INVALID_CONTEXT'],
    ['a key that is empty', { context: { ...CONTEXT, targetingKey: '' } }, 'TARGETING_KEY_MISSING'],
    ['a key that is an object', { context: { ...CONTEXT, targetingKey: {} } }, 'INVALID_CONTEXT'],
    ['no country', { context: { targetingKey: 'c-1' } }, 'INVALID_CONTEXT'],
    ['a last order after as_of', { context: { ...CONTEXT, last_order_ts: '2027-01-01' } }, 'INVALID_CONTEXT'],
  ])('for %s, of one flag and of all', async (_, body, errorCode) => {
    const one = await post(`${FLAGS}/frequency_segment`, body);
    expect(one.status).toBe(400);
    expect(Failure.parse(await one.json())).toMatchObject({ key: 'frequency_segment', errorCode });
    const all = await post(FLAGS, body);
    if (all.status === 200) {
      const { flags } = Bulk.parse(await all.json());
      expect(flags.map((flag) => flag.errorCode)).toEqual(flags.map(() => errorCode));
      return;
    }
    expect(all.status).toBe(400);
    expect(BulkFailure.parse(await all.json())).toMatchObject({ errorCode });
  });

  it('for a flag that is not there', async () => {
    for (const key of ['shoe_size', '%2e%2e%2fversions', 'a b', '%']) {
      const response = await post(`${FLAGS}/${key}`, { context: CONTEXT });
      expect(response.status).toBe(404);
      NotFound.parse(await response.json());
    }
  });

  it('for all flags, with the ETag of the answers', async () => {
    const response = await post(FLAGS, { context: CONTEXT });
    const etag = response.headers.get('etag') ?? '';
    const { flags } = Bulk.parse(await response.json());
    const byKey = new Map(flags.map((flag) => [flag.key, flag]));
    expect(byKey.size).toBe(flags.length);
    expect(byKey.get('frequency_segment')).toMatchObject({ value: expect.any(Number), variant: '14-37' });
    expect(byKey.get('recency_segment')).toMatchObject({ errorCode: 'INVALID_CONTEXT' });
    const same = await post(FLAGS, { context: CONTEXT }, { 'if-none-match': etag });
    expect([same.status, await same.text()]).toEqual([304, '']);
    const other = await post(FLAGS, { context: { ...CONTEXT, total_orders: 1 } }, { 'if-none-match': etag });
    expect(other.status).toBe(200);
    expect(other.headers.get('etag')).not.toBe(etag);
  });
});
