import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readPlainRequest, VoucherRequestSchema } from '../../../src/core/decide/request.ts';
import { parseTime } from '../../../src/core/time.ts';
import { storeOf } from '../../support/artifacts.ts';
import { artifactOf, histories, shippedConfig } from '../../support/histories.ts';
import { recount } from '../../support/naive.ts';
import { runs } from '../../support/runs.ts';
import { MOMENT, service } from '../../support/service.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Values at which programs break, beside whatever else there is. */
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.constantFrom(
    null,
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    '\ud800',
    2 ** 53,
    -0,
    1e308,
    '1e400',
  ),
  fc.constantFrom('2018-02-30', '9999-99-99', '0000-01-01', '2026-03-01T12:00:00+23:59', '2020-01-01 24:00'),
);

const oddRequest = fc.record(
  {
    customer_id: fc.oneof(fc.integer(), oddValue),
    country_code: fc.oneof(fc.constantFrom('Peru', 'latvia'), oddValue),
    segment_name: fc.oneof(
      fc.constantFrom('frequency_segment', 'recency_segment', 'tenure_segment'),
      oddValue,
    ),
    total_orders: fc.oneof(fc.nat(60), oddValue),
    last_order_ts: fc.oneof(fc.constant('2026-01-01'), oddValue),
    first_order_ts: fc.oneof(fc.constant('2026-01-01'), oddValue),
    as_of: fc.oneof(fc.constant('2026-02-01 10:00'), oddValue),
  },
  { requiredKeys: [] },
);

describe('whatever a client sends', () => {
  it.each([
    ['any JSON', fc.json()],
    ['requests with odd values', oddRequest.map((request) => JSON.stringify(request))],
    ['any text', fc.string({ unit: 'binary' })],
  ])('%s gets a number or a problem, never a failure', async (_, bodies) => {
    const { send } = await service();
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const response = await send('POST', '/voucher', { body, headers: JSON_TYPE });
        const answer = await response.json();
        if (response.status === 200) {
          expect(answer.voucher_amount).toEqual(expect.any(Number));
          expect(['segment', 'country', 'default']).toContain(answer.source);
        } else {
          expect([400, 422]).toContain(response.status);
          expect(answer).toMatchObject({ status: response.status, code: expect.any(String) });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('any bytes get a problem', async () => {
    const { send } = await service();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (body) => {
        const response = await send('POST', '/voucher', { body: new Uint8Array(body), headers: JSON_TYPE });
        expect([400, 422]).toContain(response.status);
      }),
    );
  });

  it('any path gets what is there or a problem', async () => {
    const { send } = await service();
    await fc.assert(
      fc.asyncProperty(fc.webPath(), fc.webQueryParameters(), async (path, query) => {
        const { status } = await send('GET', `/${path}?${query}`);
        expect([200, 404, 405]).toContain(status);
      }),
    );
  });
});

describe('the short way to read a request', () => {
  it('reads what the schema reads, and nothing that the schema refuses', () => {
    fc.assert(
      fc.property(fc.oneof(oddRequest, oddValue), (input) => {
        const short = readPlainRequest(input);
        const parsed = VoucherRequestSchema.safeParse(input);
        if (short !== null) expect(parsed.data).toEqual(short);
        expect(parsed.success).toBe(short !== null);
      }),
      { numRuns: runs(500) },
    );
  });
});

describe('an answer', () => {
  it('equals a naive recount of the rows', async () => {
    const config = shippedConfig();
    const asked = fc.record({
      customer_id: fc.oneof(fc.integer(), fc.uuid()),
      country_code: fc.constantFrom('Peru', ' pErU', 'Latvia', 'strasse', '__proto__', '中国', 'Chile'),
      total_orders: fc.nat(60),
      days: fc.nat(250),
      segment_name: fc.constantFrom('frequency_segment', 'frequent_segment', 'recency_segment'),
    });
    await fc.assert(
      fc.asyncProperty(histories, asked, async (rows, { days, ...request }) => {
        const artifact = await artifactOf(rows, config);
        const app = createApp({
          store: storeOf(artifact),
          clock: { now: () => MOMENT, elapsed: () => 0 },
          log: () => {},
        });
        const last_order_ts = new Date(MOMENT - days * 86_400_000).toISOString().slice(0, 19);
        const response = await app.request('/voucher', {
          method: 'POST',
          headers: JSON_TYPE,
          body: JSON.stringify({ ...request, last_order_ts }),
        });
        const name = request.segment_name === 'recency_segment' ? 'recency_segment' : 'frequency_segment';
        const value = name === 'recency_segment' ? days : request.total_orders;
        const band = config.segments[name]?.bands.find(
          ({ min, max }) => value >= min && value <= (max ?? Number.POSITIVE_INFINITY),
        );
        const cell = band && recount(rows, config, request.country_code, { name, band: band.name });
        const mean = cell?.mean ?? null;
        expect(await response.json()).toEqual({
          voucher_amount: expect.closeTo(mean ?? config.default_amount, 1),
          segment_name: name,
          segment: band?.name ?? null,
          source: mean === null ? 'default' : 'segment',
          sample_size: mean === null ? 0 : cell?.count,
          artifact_version: artifact.version,
        });
      }),
      { numRuns: 80 },
    );
    expect(parseTime('2026-03-01 12:00')).toBe(Math.floor(MOMENT / 1000));
  });
});
