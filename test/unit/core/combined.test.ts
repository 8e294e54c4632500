import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Config, parseConfig } from '../../../src/core/config/config.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { decide, factsOf } from '../../../src/core/decide/decide.ts';
import { explain } from '../../../src/core/decide/explain.ts';
import type { VoucherRequest } from '../../../src/core/decide/request.ts';
import { type Assignment, emptyAssignment, type RawRow } from '../../../src/core/history/clean.ts';
import { type Facts, featureOf } from '../../../src/core/segments/features.ts';
import { compileLadders, levelsToAsk } from '../../../src/core/segments/ladder.ts';
import { parseTime } from '../../../src/core/time.ts';
import { foldCountry, MISSING_AMOUNT } from '../../../src/core/values.ts';
import { artifactOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { cleaner, DEFAULT_READING } from '../../support/reading.ts';
import { NOW, requestsFor } from '../../support/requests.ts';

/** recency × orders × tenure of two bands each, and orders once more with other edges; three rows decide. */
function config(changes: Record<string, unknown> = {}): Config {
  const parsed = parseConfig({
    segments: {
      recency: {
        of: 'days_since_last_order',
        bands: [
          { name: 'recent', min: 0, max: 59 },
          { name: 'long ago', min: 60 },
        ],
      },
      orders: {
        of: 'total_orders',
        bands: [
          { name: 'few', min: 0, max: 9 },
          { name: 'many', min: 10 },
        ],
      },
      tenure: {
        of: 'days_since_first_order',
        bands: [
          { name: 'new', min: 0, max: 364 },
          { name: 'old', min: 365 },
        ],
      },
      orders_fine: {
        of: 'total_orders',
        bands: [
          { name: '0-4', min: 0, max: 4 },
          { name: '5-14', min: 5, max: 14 },
          { name: '20+', min: 20 },
        ],
      },
    },
    combined: {
      joint: { combine: ['recency', 'orders', 'tenure', 'orders_fine'], min_support: 3, aliases: ['all'] },
    },
    ...changes,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

/** Three recent rows of few orders and new customers at 10, three of many orders at 20, five of long ago at 50. */
const ROWS = [
  ...Array(3).fill(['2018-07-01', '2', '10', '2018-05-01']),
  ...Array(3).fill(['2018-07-01', '30', '20', '2016-05-01']),
  ...Array(5).fill(['2018-01-01', '12', '50', '']),
].map(([last, orders, amount, first]) => rawRow(['2018-07-21', 'Peru', last, first, orders, amount]));

const AT = parseTime('2018-07-21') ?? Number.NaN;
const REQUEST: VoucherRequest = {
  customer_id: 1,
  country_code: 'Peru',
  segment_name: 'joint',
  last_order_ts: parseTime('2018-07-01'),
  first_order_ts: parseTime('2018-05-01'),
  total_orders: 2,
};

async function answer(request: Partial<VoucherRequest> = {}, changes: Record<string, unknown> = {}) {
  const compiled = compileArtifact((await artifactOf(ROWS, config(changes))).table);
  const outcome = decide(compiled, { ...REQUEST, ...request }, AT);
  return outcome.ok ? outcome.decision : outcome.refusal;
}

describe('a combined segment', () => {
  it('names the combination that decided, and its rows', async () => {
    expect(await answer()).toMatchObject({
      voucher_amount: 10,
      segment_name: 'joint',
      segment: 'recent × few × * × *',
      source: 'segment',
      sample_size: 3,
    });
  });

  it.each([
    ['first_order_ts', { first_order_ts: null }, 'recent × few × * × *', 10],
    ['total_orders', { total_orders: undefined }, 'recent × * × new × *', 10],
    ['last_order_ts', { last_order_ts: null, first_order_ts: null }, '* × few × * × *', 10],
    [
      'all but the orders, which are many',
      { last_order_ts: null, first_order_ts: null, total_orders: 40 },
      '* × many × * × 20+',
      20,
    ],
  ])('does without %s where a request does not have it', async (_, request, segment, voucher_amount) => {
    expect(await answer(request)).toMatchObject({ segment, voucher_amount, source: 'segment' });
  });

  it('with nothing known is the country, and for an unknown country the default', async () => {
    const nothing = { last_order_ts: null, first_order_ts: null, total_orders: null };
    expect(await answer(nothing)).toMatchObject({ segment: null, source: 'country', sample_size: 11 });
    expect(await answer({ country_code: 'Chile' })).toMatchObject({ segment: null, source: 'default' });
  });

  it('backs off to the coarser combination below the minimum support', async () => {
    const changes = (min_support: number) => ({
      combined: { joint: { combine: ['recency', 'orders'], min_support } },
    });
    expect(await answer({}, changes(3))).toMatchObject({ segment: 'recent × few' });
    expect(await answer({}, changes(4))).toMatchObject({ segment: 'recent × *', sample_size: 6 });
    expect(await answer({}, changes(7))).toMatchObject({ source: 'country', sample_size: 11 });
  });

  it('leaves a feature out when nothing can rest on it, and asks the others', async () => {
    const elsewhere = { last_order_ts: parseTime('2018-01-01'), total_orders: 30 };
    expect(await answer({ ...elsewhere, first_order_ts: null })).toMatchObject({
      segment: 'long ago × * × * × *',
    });
    const rare = { combined: { joint: { combine: ['tenure', 'orders'], min_support: 4 } } };
    expect(await answer({ total_orders: 12 }, rare)).toMatchObject({ segment: '* × many', sample_size: 8 });
  });

  it('takes the bands that a customer in a gap of one segment has in another of the same feature', async () => {
    const joint = { combine: ['orders_fine', 'recency', 'orders'], min_support: 3 };
    const known = { total_orders: 17, last_order_ts: null };
    expect(await answer(known, { combined: { joint } })).toMatchObject({
      segment: '* × * × many',
      source: 'segment',
      sample_size: 8,
    });
  });

  it('is asked for by its alias, and refuses an order in the future of any of its parts', async () => {
    expect(await answer({ segment_name: 'all' })).toMatchObject({ segment_name: 'joint' });
    expect(await answer({ first_order_ts: AT + 90_000 })).toMatchObject({
      code: 'order_in_future',
      path: 'first_order_ts',
    });
  });

  it('does not look at an order in the future that none of its parts is made of', async () => {
    const joint = { combine: ['recency', 'orders'], min_support: 3 };
    expect(await answer({ first_order_ts: AT + 90_000 }, { combined: { joint } })).toMatchObject({
      segment: 'recent × few',
    });
  });

  it('serves a statistic of its own where it has one', async () => {
    const joint = { combine: ['recency'], min_support: 3, statistic: 'mode' };
    expect(await answer({}, { combined: { joint } })).toMatchObject({ voucher_amount: 10, sample_size: 6 });
    expect(await answer({}, { combined: { joint: { ...joint, statistic: 'mean' } } })).toMatchObject({
      voucher_amount: 15,
    });
  });

  it('of a single cell is that cell', async () => {
    const changes = {
      segments: { only: { of: 'total_orders', bands: [{ name: 'all', min: 0 }] } },
      combined: { joint: { combine: ['only'], min_support: 1 } },
    };
    expect(await answer({}, changes)).toMatchObject({ segment: 'all', source: 'segment', sample_size: 11 });
  });

  it('takes weekday and hour of as_of like any other feature', async () => {
    const changes = {
      segments: {
        orders: config().segments.orders,
        day: { of: 'weekday', bands: [{ name: 'weekend', min: 6, max: 7 }] },
        time: { of: 'hour', bands: [{ name: 'night', min: 0, max: 5 }] },
      },
      combined: { joint: { combine: ['day', 'time', 'orders'], min_support: 3 } },
    };
    // The rows were given on a Saturday, at midnight.
    expect(await answer({}, changes)).toMatchObject({ segment: 'weekend × night × few', sample_size: 3 });
    const monday = { as_of: parseTime('2018-07-23 12:00') };
    expect(await answer(monday, changes)).toMatchObject({ segment: '* × * × few', sample_size: 3 });
  });

  it('asks from the finest to the coarsest, each once', () => {
    const ladder = compileLadders(config()).at(-1);
    if (!ladder) throw new Error('expected a ladder');
    const asked = levelsToAsk(ladder, [0, 0, 0, 0]).map((level) => level.join());
    expect(asked).toEqual(['0,1,2,3', '0,1,2', '0,1', '0', '1,2,3', '1,2', '1', '2', '']);
    const withoutRecency = levelsToAsk(ladder, [-1, 0, 0, 0]).map((level) => level.join());
    expect(withoutRecency).toEqual(['1,2,3', '1,2', '1', '2', '']);
  });

  it('equals a naive recount that walks the rows', async () => {
    const { segments } = config();
    const gapped = {
      of: 'total_orders',
      bands: [
        { name: 'one', min: 1, max: 1 },
        { name: '30+', min: 30 },
      ],
    };
    const configs = fc
      .record({
        combine: fc.shuffledSubarray([...Object.keys(segments), 'gapped'], { minLength: 1 }),
        min_support: fc.integer({ min: 1, max: 3 }),
      })
      .map((joint) => config({ segments: { ...segments, gapped }, combined: { joint } }));
    await fc.assert(
      fc.asyncProperty(configs, histories, requestsFor('joint'), async (small, rows, request) => {
        const compiled = compileArtifact((await artifactOf(rows, small)).table);
        const outcome = decide(compiled, request, NOW);
        if (!outcome.ok) return;
        const expected = naive(rows, small, request);
        expect(outcome.decision).toMatchObject({
          source: expected.source,
          sample_size: expected.rows.length,
        });
        expect(outcome.decision.voucher_amount).toBeCloseTo(expected.mean, 1);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['joint', 'recency', 'orders_fine', 'tenure'])('%s is explained as it is decided', async (name) => {
    const statistics = fc.constantFrom('mean', 'median', 'shrunk_mode');
    const anyConfig = fc.record({ statistic: statistics, fallback: fc.constantFrom([], ['country']) });
    await fc.assert(
      fc.asyncProperty(
        histories,
        requestsFor(name),
        anyConfig,
        async (rows, request, { statistic, fallback }) => {
          const changed = config({ amount: { statistic }, fallback, default_amount: 3 });
          const compiled = compileArtifact((await artifactOf(rows, changed)).table);
          const explained = explain(compiled, request, NOW);
          const { ladder, ...same } = { ladder: [], ...explained };
          expect(same).toEqual(decide(compiled, request, NOW));
          if (!explained.ok) return;
          expect(ladder.filter(({ outcome }) => outcome === 'answered')).toHaveLength(1);
          expect(ladder.at(-1)).toMatchObject({ outcome: 'answered', source: explained.decision.source });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says of every step why the walk went on, with the rows that are known', async () => {
    const compiled = compileArtifact((await artifactOf(ROWS, config())).table);
    const explained = explain(compiled, { ...REQUEST, total_orders: 7 }, AT);
    expect(explained.ok && explained.ladder).toMatchObject([
      { source: 'segment', looked_up: 'recent × few × new × 5-14', rows: null, outcome: 'too_few_rows' },
      { source: 'segment', looked_up: 'recent × few × new × *', outcome: 'too_few_rows' },
      { source: 'segment', looked_up: 'recent × few × * × *', rows: 3, outcome: 'answered' },
    ]);
  });
});

describe('the config of a combined segment', () => {
  const { segments } = shippedConfig();
  const BAD: [string, unknown, string, RegExp][] = [
    [
      'an unknown segment',
      { combine: ['shoe_size'] },
      'combined.c.combine.0',
      /the name of a segment.*shoe_size/,
    ],
    [
      'a segment twice',
      { combine: ['recency_segment', 'recency_segment'] },
      'combined.c.combine.1',
      /each segment once/,
    ],
    ['no segment', { combine: [] }, 'combined.c.combine', /at least 1 entry/],
    ['no support', { combine: ['recency_segment'], min_support: 0 }, 'combined.c.min_support', /at least 1/],
    [
      'an alias that is taken',
      { combine: ['recency_segment'], aliases: ['tenure_segment'] },
      'combined.c.aliases.0',
      /a name of its own/,
    ],
    [
      'an unknown statistic',
      { combine: ['recency_segment'], statistic: 'best' },
      'combined.c.statistic',
      /one of "mean"/,
    ],
  ];
  it.each(BAD)('refuses %s', (_, c, path, message) => {
    const parsed = parseConfig({ segments, combined: { c } });
    const issues = parsed.ok ? [] : parsed.issues;
    expect(issues).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it('refuses a name that a segment has', () => {
    const parsed = parseConfig({ segments, combined: { recency_segment: { combine: ['tenure_segment'] } } });
    expect(parsed).toMatchObject({ ok: false, issues: [{ path: 'combined.recency_segment' }] });
  });

  it('refuses bands whose names would not be told apart', () => {
    const named = (name: string) => ({ s: { of: 'hour', bands: [{ name, min: 0 }] } });
    for (const name of ['*', 'a × b']) {
      const parsed = parseConfig({ segments: named(name), combined: { c: { combine: ['s'] } } });
      expect(parsed).toMatchObject({ ok: false, issues: [{ path: 'combined.c.combine.0' }] });
    }
  });

  it.each([
    [199, 99, null],
    [176, 112, /at most 20000 joint positions.*got 20001/],
    [200, 200, /at most 20000 joint positions.*got 40401/],
  ])('takes no more joint positions than a table should have: of %i and %i bands', (a, b, message) => {
    const fine = (of: string, length: number) => ({
      of,
      bands: Array.from({ length }, (_, day) => ({ name: String(day), min: day, max: day })),
    });
    const parsed = parseConfig({
      segments: { a: fine('total_orders', a), b: fine('days_since_last_order', b) },
      combined: { c: { combine: ['a', 'b'] } },
    });
    expect(parsed.ok ? null : parsed.issues).toEqual(
      message && [{ path: 'combined.c.combine', message: expect.stringMatching(message) }],
    );
  });
});

/** Walks the ladder over plain rows: no cube, no table, no plan. */
function naive(rows: readonly RawRow[], { segments, combined }: Config, request: VoucherRequest) {
  const { combine, min_support } = combined.joint ?? { combine: [], min_support: 0 };
  const bandOf = (segment: string, facts: Facts) => {
    const { of, bands } = segments[segment] ?? { of: 'hour', bands: [] };
    const value = featureOf(of, facts);
    return (
      bands.find(({ min, max = Number.POSITIVE_INFINITY }) => value >= min && value <= max)?.name ?? null
    );
  };
  const kept = rows.flatMap((row): Assignment[] => {
    const into = emptyAssignment();
    const same =
      cleaner(DEFAULT_READING)(row, into) === null &&
      foldCountry(into.country) === foldCountry(request.country_code);
    return same ? [into] : [];
  });
  const known = kept.filter(({ amount }) => amount !== MISSING_AMOUNT).map(({ amount }) => amount);
  const fill = known.reduce((sum, amount) => sum + amount, 0) / known.length;
  const meanOf = (list: readonly Assignment[]) =>
    list.reduce((sum, { amount }) => sum + (amount === MISSING_AMOUNT ? fill : amount), 0) / list.length;
  const facts = factsOf(request, NOW);
  const inside = (list: readonly string[]) =>
    kept.filter((row) => list.every((name) => bandOf(name, row) === bandOf(name, facts)));

  let list = combine.filter((name) => bandOf(name, facts) !== null);
  while (list.length > 0) {
    for (let length = list.length; length > 0; length--) {
      const found = inside(list.slice(0, length));
      if (found.filter(({ amount }) => amount !== MISSING_AMOUNT).length >= min_support) {
        return { rows: found, mean: meanOf(found), source: 'segment' };
      }
    }
    const first = segments[list[0] ?? '']?.of;
    list = list.filter((name) => segments[name]?.of !== first);
  }
  return known.length > 0
    ? { rows: kept, mean: meanOf(kept), source: 'country' }
    : { rows: [], mean: 0, source: 'default' };
}
