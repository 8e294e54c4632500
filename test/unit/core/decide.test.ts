import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { decide } from '../../../src/core/decide/decide.ts';
import { DECISION_FIELDS } from '../../../src/core/decide/decision.ts';
import type { VoucherRequest } from '../../../src/core/decide/request.ts';
import { DecisionSchema } from '../../../src/core/decide/schema.ts';
import { nearestAmount, roundTo } from '../../../src/core/money.ts';
import { parseTime } from '../../../src/core/time.ts';
import { artifactOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { recount } from '../../support/naive.ts';

const NOW = parseTime('2018-07-21') ?? Number.NaN;

/** Peru: 10, 10, 40 thirty-one days after the last order, and 100 at a hundred days. */
const ROWS = [
  ['2018-06-20', '15', '10'],
  ['2018-06-20', '15', '10'],
  ['2018-06-20', '15', '40'],
  ['2018-04-12', '2', '100'],
].map(([last = '', orders = '', amount = '']) =>
  rawRow(['2018-07-21', 'Peru', last, '2018-01-01', orders, amount]),
);

const REQUEST: VoucherRequest = {
  customer_id: 1,
  country_code: 'Peru',
  segment_name: 'recency_segment',
  last_order_ts: parseTime('2018-06-20'),
};

async function answer(request: Partial<VoucherRequest> = {}, changes: Record<string, unknown> = {}) {
  const compiled = compileArtifact((await artifactOf(ROWS, shippedConfig(changes))).table);
  return decide(compiled, { ...REQUEST, ...request }, NOW);
}

describe('a decision', () => {
  it('comes from the cell of the segment, and says which and on how many rows', async () => {
    const compiled = compileArtifact((await artifactOf(ROWS)).table);
    expect(decide(compiled, REQUEST, NOW)).toEqual({
      ok: true,
      decision: {
        voucher_amount: 20,
        segment_name: 'recency_segment',
        segment: '30-60',
        source: 'segment',
        sample_size: 3,
        artifact_version: compiled.table.version,
      },
    });
  });

  it.each([
    ['mean', 20],
    ['median', 10],
    ['mode', 10],
    ['mean_snapped', 10],
  ])('serves the %s when the config says so', async (statistic, voucher_amount) => {
    const changes = { amount: { statistic, round_to: 0.01 } };
    expect(await answer({}, changes)).toMatchObject({ decision: { voucher_amount } });
  });

  it.each([
    ['PERU', 'segment'],
    [' peru ', 'segment'],
    ['Chile', 'default'],
    ['__proto__', 'default'],
    ['constructor', 'default'],
    ['\ud800', 'default'],
  ])('for the country %j comes from the %s', async (country_code, source) => {
    expect(await answer({ country_code })).toMatchObject({ decision: { source } });
  });

  it('takes a segment by its alias and answers with its name', async () => {
    expect(await answer({ segment_name: 'frequent_segment', total_orders: 2 })).toMatchObject({
      decision: { segment_name: 'frequency_segment', segment: '0-4', voucher_amount: 100 },
    });
  });

  it.each(['recency_segment', ' recency_segment', '\trecency_segment \n'])(
    'takes a segment with space around its name: %j',
    async (segment_name) => {
      expect(await answer({ segment_name })).toMatchObject({
        decision: { segment_name: 'recency_segment', segment: '30-60' },
      });
    },
  );

  it('counts days from as_of where the request has one', async () => {
    const later = { as_of: parseTime('2018-09-01') };
    expect(await answer(later)).toMatchObject({ decision: { segment: '61-90' } });
  });

  it('in a gap between bands has no segment, and comes from the default', async () => {
    const yesterday = { last_order_ts: NOW - 86_400 };
    expect(await answer(yesterday, { default_amount: 7 })).toMatchObject({
      decision: { segment: null, source: 'default', voucher_amount: 7, sample_size: 0 },
    });
  });

  it('in a band without rows names the band, and walks on', async () => {
    const longAgo = { last_order_ts: 0 };
    expect(await answer(longAgo)).toMatchObject({
      decision: { segment: '181+', source: 'default', voucher_amount: 0 },
    });
    expect(await answer(longAgo, { fallback: ['country'] })).toMatchObject({
      decision: { segment: '181+', source: 'country', voucher_amount: 40, sample_size: 4 },
    });
  });

  it('takes the default of the country, in any spelling and even of one that the history does not know', async () => {
    const changes = {
      default_amount: 1,
      countries: { PERU: { default_amount: 2 }, chile: { default_amount: 3 } },
    };
    expect(await answer({ last_order_ts: 0 }, changes)).toMatchObject({ decision: { voucher_amount: 2 } });
    expect(await answer({ country_code: 'Chile' }, changes)).toMatchObject({
      decision: { voucher_amount: 3 },
    });
    expect(await answer({ country_code: 'Laos' }, changes)).toMatchObject({
      decision: { voucher_amount: 1 },
    });
  });

  it('rounds defaults as it rounds what the history gives', async () => {
    const rounded = async (round_to: number) => {
      const changes = {
        default_amount: 0.126,
        countries: { Chile: { default_amount: 1.005 }, Laos: { default_amount: 1.006 } },
        amount: { statistic: 'mean', round_to },
      };
      const answers = ['Cuba', 'Chile', 'Laos'].map((country_code) => answer({ country_code }, changes));
      return (await Promise.all(answers)).map((one) => (one.ok ? one.decision.voucher_amount : null));
    };
    // 1.005 is a double that is a little less, and so no half to be rounded up.
    expect(await rounded(0.01)).toEqual([0.13, 1, 1.01]);
    expect(await rounded(0.05)).toEqual([0.15, 1, 1]);
    expect(await rounded(1)).toEqual([0, 1, 1]);
  });

  it('counts a last order ahead by up to a day as 0 days, and refuses one further ahead', async () => {
    const changes = {
      segments: { s: { of: 'days_since_last_order', bands: [{ name: 'today', min: 0, max: 0 }] } },
    };
    const ahead = (seconds: number) => answer({ segment_name: 's', last_order_ts: NOW + seconds }, changes);
    expect(await ahead(86_400)).toMatchObject({ decision: { segment: 'today' } });
    expect(await ahead(86_401)).toMatchObject({
      ok: false,
      refusal: { code: 'order_in_future', path: 'last_order_ts' },
    });
  });

  it('says whether an order is after as_of, be it 1970, or after now', async () => {
    const refused = (changes: object) => answer({ last_order_ts: NOW + 90_000, ...changes });
    expect(await refused({})).toMatchObject({ refusal: { message: expect.stringContaining('after now') } });
    const epoch = await refused({ as_of: 0 });
    expect(epoch).toMatchObject({ refusal: { message: expect.stringContaining('after as_of') } });
  });

  it('quotes the beginning of a text, without half a character', async () => {
    const refused = await answer({ segment_name: `${'x'.repeat(63)}💥` });
    expect(refused).toMatchObject({ refusal: { message: expect.stringMatching(/got "x{63}"$/) } });
  });

  it.each([
    [{ last_order_ts: null }, 'missing_field', 'last_order_ts'],
    [{ last_order_ts: undefined }, 'missing_field', 'last_order_ts'],
    [{ segment_name: 'frequency_segment' }, 'missing_field', 'total_orders'],
    [{ segment_name: 'tenure_segment' }, 'missing_field', 'first_order_ts'],
    [{ segment_name: 'tenure_segment', first_order_ts: NOW + 90_000 }, 'order_in_future', 'first_order_ts'],
    [
      { segment_name: 'frequency_segment', total_orders: 1, last_order_ts: NOW + 90_000 },
      'order_in_future',
      'last_order_ts',
    ],
    [{ segment_name: '__proto__' }, 'unknown_segment', 'segment_name'],
    [{ segment_name: 'constructor' }, 'unknown_segment', 'segment_name'],
    [{ segment_name: '30-60' }, 'unknown_segment', 'segment_name'],
  ])('is refused for %j: %s', async (request, code, path) => {
    expect(await answer(request as Partial<VoucherRequest>)).toMatchObject({
      ok: false,
      refusal: {
        ...{ code, path },
        // A name of a segment is told from the others; every other refusal names its field.
        message: expect.stringContaining(code === 'unknown_segment' ? 'segment' : path),
      },
    });
  });

  it('takes no notice of a first order in the future where the segment is not made of it', async () => {
    expect(await answer({ first_order_ts: NOW + 90_000 })).toMatchObject({ decision: { segment: '30-60' } });
  });

  it('equals a naive recount of the rows', async () => {
    const config = shippedConfig();
    const anyRequest = fc.record({
      country_code: fc.constantFrom('Peru', 'peru', 'Latvia', 'strasse', '__proto__', 'Chile'),
      total_orders: fc.nat(60),
      last_order_ts: fc.integer({ min: NOW - 250 * 86_400, max: NOW }),
      segment_name: fc.constantFrom('frequency_segment', 'recency_segment'),
    });
    await fc.assert(
      fc.asyncProperty(histories, anyRequest, async (rows, request) => {
        const compiled = compileArtifact((await artifactOf(rows, config)).table);
        const outcome = decide(compiled, { customer_id: 1, ...request }, NOW);
        const decision = outcome.ok ? outcome.decision : null;
        const days = Math.floor((NOW - request.last_order_ts) / 86_400);
        const value = request.segment_name === 'recency_segment' ? days : request.total_orders;
        const band = config.segments[request.segment_name]?.bands.find(
          ({ min, max }) => value >= min && value <= (max ?? Number.POSITIVE_INFINITY),
        );
        const cell =
          band &&
          recount(rows, config, request.country_code, { name: request.segment_name, band: band.name });
        expect(decision?.segment).toBe(band?.name ?? null);
        expect(decision?.voucher_amount).toBeCloseTo(cell?.mean ?? 0, 1);
        expect(decision?.sample_size).toBe(cell?.mean === null ? 0 : (cell?.count ?? 0));
      }),
      { numRuns: 60 },
    );
  });
});

describe('rounding', () => {
  it.each([
    [0.01, 3268.2045, 3268.2],
    [0.01, 0.125, 0.13],
    [1, 2.5, 3],
    [5, 12.5, 15],
    [0.05, 1.13, 1.15],
    [0.3, 1.0, 0.9],
    [2.5, 6, 5],
    [1e-6, 0.123_456_7, 0.123_457],
    [0.01, 1.7e308, 1.7e308],
    [1_000_000, 1.7e308, 1.7e308],
  ])('to %d makes %d into %d', (step, value, rounded) => {
    expect(roundTo(step)(value)).toBe(rounded);
  });

  it('stays within half a step, and keeps what is rounded already', () => {
    const steps = fc.constantFrom(0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 100);
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1e9, noNaN: true }), (step, value) => {
        const rounded = roundTo(step)(value);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(step / 2 + 1e-6);
        expect(roundTo(step)(rounded)).toBe(rounded);
      }),
    );
  });

  it('to the nearest amount takes the smaller of two', () => {
    expect(nearestAmount([30, 10, 20], 15)).toBe(10);
    expect(nearestAmount([30, 20, 10], 15)).toBe(10);
    expect(nearestAmount([30, 10, 20], 15.1)).toBe(20);
    // 0.3 - 0.2 is less than 0.2 - 0.1 in doubles.
    expect(nearestAmount([0.3, 0.1], 0.2)).toBe(0.1);
    expect(nearestAmount([0.1, 0.3], 0.2)).toBe(0.1);
    expect(nearestAmount([1e308, 1.5e308], 1.3e308)).toBe(1.5e308);
    expect(nearestAmount([], 15)).toBeNull();
  });
});

it('files of score and of Campaign have a column for each field of an answer, in the order of the reference', () => {
  expect(DECISION_FIELDS).toEqual(Object.keys(DecisionSchema.shape));
});
