import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { dataPoints } from '../../../src/http/data-point.ts';
import { storeOf } from '../../support/artifacts.ts';
import { artifactOf, histories, shippedConfig } from '../../support/histories.ts';
import { GOOD, MOMENT, service } from '../../support/service.ts';

const segments = ['frequency_segment', 'recency_segment', 'tenure_segment', 'combined_segment', 'none'];
const day = fc.constantFrom(null, '2017-01-01', '2025-12-01', '2026-02-20');
const requests = fc.record({
  customer_id: fc.constant(1),
  country_code: fc.constantFrom('Peru', 'PERU', 'Latvia', 'Straße', 'Chile', '__proto__'),
  segment_name: fc.constantFrom(...segments),
  total_orders: fc.option(fc.nat(60)),
  last_order_ts: day,
  first_order_ts: day,
});

describe('POST /voucher?explain=true', () => {
  it('answers what POST /voucher answers, with a ladder that ends where the answer comes from', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.array(requests), fc.boolean(), async (rows, bodies, country) => {
        const config = shippedConfig({ fallback: country ? ['country'] : [] });
        const { send } = await service(storeOf(await artifactOf(rows, config)));
        for (const json of bodies) {
          const plain = await (
            await send('POST', '/voucher', { json, headers: { 'x-request-id': 'a' } })
          ).json();
          const response = await send('POST', '/voucher?explain=true', {
            json,
            headers: { 'x-request-id': 'a' },
          });
          const { explain, ...answer } = await response.json();
          expect(answer).toEqual(plain);
          if (response.status !== 200) continue;
          const last = explain.at(-1);
          expect(last).toMatchObject({
            source: answer.source,
            outcome: 'answered',
            rows: answer.sample_size,
          });
          for (const step of explain.slice(0, -1)) expect(step.outcome).not.toBe('answered');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('tells each step: what was looked up, its rows, and why the walk went on', async () => {
    const { send } = await service();
    const json = { ...GOOD, country_code: 'Atlantis' };
    const body = await (await send('POST', '/voucher?explain=true', { json })).json();
    expect(body.explain).toEqual([
      {
        source: 'segment',
        looked_up: 'Atlantis',
        rows: 0,
        outcome: 'unknown_country',
        reason: 'the history has no rows of Atlantis',
      },
      {
        source: 'default',
        looked_up: null,
        rows: 0,
        outcome: 'answered',
        reason: 'no level answered: the default is 5',
      },
    ]);
  });

  it.each(['', '?', '?explain', '?explain=false', '?explain=TRUE', '?other=true'])(
    'is asked for by these words alone: %j does not',
    async (query) => {
      const { send } = await service();
      const body = await (await send('POST', `/voucher${query}`, { json: GOOD })).json();
      expect(Object.keys(body)).not.toContain('explain');
    },
  );
});

describe('the data points of a request', () => {
  it('have a decision with the country as asked for, or the code of a refusal, and never the customer', async () => {
    const points: unknown[] = [];
    const artifact = await artifactOf([], shippedConfig());
    const app = createApp({
      store: storeOf(artifact),
      clock: { now: () => MOMENT, elapsed: () => 0 },
      log: () => {},
      observe: (record) => points.push(...dataPoints(record)),
    });
    const ask = (segment_name: string) =>
      app.request('/voucher', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...GOOD, country_code: ` ${'é'.repeat(40)}`, segment_name }),
      });
    expect((await ask('frequency_segment')).status).toBe(200);
    expect((await ask('none')).status).toBe(422);
    const country = 'é'.repeat(32);
    const { version } = artifact;
    expect(points).toEqual([
      {
        indexes: [country],
        blobs: ['/voucher', '200', null, country, 'frequency_segment', '14-37', 'default', '', version],
        doubles: [0, 0, 0, 0, 0, 0, 1],
      },
      {
        indexes: ['/voucher'],
        blobs: ['/voucher', '422', 'unknown_segment', null, null, null, null, '', version],
        doubles: [0, 0, 0, 0, 0, 0, 0],
      },
    ]);
    expect(JSON.stringify(points)).not.toContain(GOOD.customer_id);
  });
});
