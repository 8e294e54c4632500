import { exports } from 'cloudflare:workers';
import { beforeEach, expect, it, vi } from 'vitest';

const CONTEXT = { targetingKey: 'c-1', country_code: 'Peru', total_orders: 15 };
const FLAGS = '/ofrep/v1/evaluate/flags';

// Every request writes a line.
beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue();
});

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return exports.default.fetch(`http://localhost${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  });
}

it('the Worker evaluates a segment as a flag, with the answer of POST /voucher', async () => {
  const { targetingKey, ...fields } = CONTEXT;
  const request = { customer_id: targetingKey, segment_name: 'frequency_segment', ...fields };
  const decision = await (await post('/voucher', request)).json();
  const flag = await (await post(`${FLAGS}/frequency_segment`, { context: CONTEXT })).json();
  expect(flag).toMatchObject({
    value: decision.voucher_amount,
    variant: decision.segment,
    reason: 'TARGETING_MATCH',
    metadata: { version: decision.artifact_version, source: decision.source, rows: decision.sample_size },
  });
});

it('the Worker evaluates all flags with an ETag, and says no to a key that is missing', async () => {
  const all = await post(FLAGS, { context: CONTEXT });
  const etag = all.headers.get('etag') ?? '';
  expect((await all.json()).flags.length).toBeGreaterThan(3);
  expect((await post(FLAGS, { context: CONTEXT }, { 'if-none-match': etag })).status).toBe(304);
  const refused = await post(FLAGS, { context: { country_code: 'Peru' } });
  expect([refused.status, await refused.json()]).toEqual([
    400,
    expect.objectContaining({ errorCode: 'TARGETING_KEY_MISSING' }),
  ]);
});
