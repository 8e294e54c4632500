import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffText } from '../../../build/report/diff-text.ts';
import { artifactDrift } from '../../../build/report/drift-table.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { DEFAULT_GUARDS } from '../../../src/core/config/defaults.ts';
import { compileArtifact, segmentsOf } from '../../../src/core/decide/compile.ts';
import { answerFor, decide, type Outcome } from '../../../src/core/decide/decide.ts';
import { emptyAssignment } from '../../../src/core/history/clean.ts';
import { type Compared, Side } from '../../../src/core/publish/compared.ts';
import { diffArtifacts } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { rowsDecided } from '../../../src/core/publish/rows-decided.ts';
import { allPositions, cellName } from '../../../src/core/segments/ladder.ts';
import { parseTime } from '../../../src/core/time.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { artifactOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { cleaner, DEFAULT_READING } from '../../support/reading.ts';

type Giving = Parameters<typeof artifactGiving>;

function amountOf(outcome: Outcome): number {
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  return outcome.decision.voucher_amount;
}

async function diffOf(before: Giving | null, after: Giving) {
  const old = before && compared(await artifactGiving(...before));
  return diffArtifacts(old, compared(await artifactGiving(...after)));
}

function compared({ table, statistics }: Artifact): Compared {
  return { compiled: compileArtifact(table), statistics };
}

describe('the diff of two artifacts', () => {
  it('is shown without the control characters of a country', async () => {
    const [long, rude] = ['😀'.repeat(41), 'Peru\u001b[2J'];
    const text = diffText(await diffOf([10, { countries: [long, rude] }], [20, { countries: [long, rude] }]));
    expect(text).toContain(`  ${'😀'.repeat(39)}…  `);
    expect(text).toContain('  Peru\ufffd[2J  ');
    expect(diffText(await diffOf([10], [10, { countries: ['Peru', rude] }]))).toContain('+Peru\ufffd[2J');
  });

  it('takes drift of the segments that both have, whatever they are called', async () => {
    const before = compared(await artifactGiving(10));
    const { recency_segment, ...segments } = shippedConfig().segments;
    const config = { segments: { ...segments, constructor: recency_segment }, combined: {} };
    const drift = artifactDrift(before, compared(await artifactGiving(10, { config })));
    expect(new Set(drift?.map(({ segment }) => segment))).toEqual(
      new Set([null, 'frequency_segment', 'tenure_segment']),
    );
  });

  it('finds nothing between an artifact and itself', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (rows) => {
        const side = compared(await artifactOf(rows));
        const diff = diffArtifacts(side, side);
        expect(diff.changes).toEqual([]);
        expect(diff.cells).toMatchObject({ moved: 0, added: 0, removed: 0 });
        for (const { spend, rows_affected } of diff.segments) {
          for (const { before, after } of spend) expect(after).toBe(before);
          expect(rows_affected).toBe(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('says which cells move, how many rows that is, and what it costs', async () => {
    const diff = await diffOf([10, { rows: 4 }], [12, { rows: 5 }]);
    expect(diff.cells).toEqual({ same: 0, moved: 3, added: 0, removed: 0 });
    expect(diff.rows).toEqual({ before: 4, after: 5 });
    expect(diff.segments.find(({ segment }) => segment === 'recency_segment')).toEqual({
      segment: 'recency_segment',
      rows: 5,
      rows_affected: 5,
      spend: [{ currency: null, country: 'Peru', countries: 1, before: 50, after: 60 }],
    });
    expect(diff.changes.find(({ segment }) => segment === 'recency_segment')).toEqual({
      country: 'Peru',
      segment: 'recency_segment',
      band: '30-60',
      rows: 5,
      amount: { before: 10, after: 12 },
      currency: { before: null, after: null },
      mean: { before: 10, after: 12 },
      kept: { before: 4, after: 5 },
    });
  });

  it('counts a country that goes with the rows it had, and what it falls back to', async () => {
    const diff = await diffOf([10, { countries: ['Peru', 'Latvia'] }], [10, { countries: ['PERU'] }]);
    expect(diff.countries).toEqual({ added: [], removed: ['Latvia'] });
    expect(diff.cells).toEqual({ same: 3, moved: 0, added: 0, removed: 3 });
    expect(diff.segments[0]).toMatchObject({ rows: 2, rows_affected: 1 });
    expect(diff.segments[0]?.spend).toMatchObject([
      { country: 'Latvia', before: 10, after: 0 },
      { country: 'PERU', before: 10, after: 10 },
    ]);
  });

  it('weighs each customer of the history once, those in no band too, by what POST /voucher answers', async () => {
    const known = ['frequency_segment', 'recency_segment'];
    await fc.assert(
      fc.asyncProperty(histories, fc.constantFrom([], ['country']), async (rows, fallback) => {
        const sides = await Promise.all(
          [{}, { default_amount: 1000, fallback }].map(async (changes) =>
            compared(await artifactOf(rows, shippedConfig(changes))),
          ),
        );
        const [before, after] = sides as [Compared, Compared];
        const { segments } = diffArtifacts(before, after);
        for (const segment_name of known) {
          const asked = rows.flatMap((row) => {
            const into = emptyAssignment();
            if (cleaner(DEFAULT_READING)(row, into) !== null) return [];
            const request = {
              customer_id: 1,
              country_code: into.country,
              segment_name,
              total_orders: into.totalOrders,
              last_order_ts: parseTime(row.last_order_ts.trim()),
            };
            return [sides.map(({ compiled }) => amountOf(decide(compiled, request, into.asOf)))];
          });
          const sum = (at: number) => asked.reduce((all, amounts) => all + (amounts[at] ?? 0), 0);
          const spend = (side: 'before' | 'after') =>
            (segment?.spend ?? []).reduce((all, { [side]: amount }) => all + amount, 0);
          const segment = segments.find((one) => one.segment === segment_name);
          expect(segment?.rows ?? 0).toBe(asked.length);
          expect(segment?.rows_affected ?? 0).toBe(asked.filter(([was, is]) => was !== is).length);
          expect(spend('before')).toBeCloseTo(sum(0), 4);
          expect(spend('after')).toBeCloseTo(sum(1), 4);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out who has no first order, where every time of one has a band: a request would be refused', async () => {
    const row = rawRow(['2018-07-21', 'Peru', '2018-06-20', '', '15', '10']);
    const known = { ...row, first_order_ts: '2018-01-01' };
    const diffWith = async (segments: object) => {
      const [before, after] = await Promise.all(
        [0, 5].map(async (default_amount) =>
          compared(await artifactOf([row, known], shippedConfig({ segments, default_amount }))),
        ),
      );
      return diffArtifacts(before ?? null, after as Compared).segments[0];
    };
    const of = 'days_since_first_order';
    const all = {
      t: {
        of,
        bands: [
          { name: 'late', min: 90 },
          { name: 'early', min: 0, max: 89 },
        ],
      },
    };
    expect(await diffWith(all)).toMatchObject({ rows: 1, rows_affected: 0 });
    const some = { t: { of, bands: [{ name: 'late', min: 90 }] } };
    expect(await diffWith(some)).toMatchObject({
      rows: 2,
      rows_affected: 1,
      spend: [{ before: 10, after: 15 }],
    });
  });

  it('names the bands that come and go', async () => {
    const segments = {
      recency_segment: { of: 'days_since_last_order', bands: [{ name: '0-60', min: 0, max: 60 }] },
    };
    const { bands } = await diffOf([10], [10, { config: { segments } }]);
    expect(bands.added).toEqual([{ segment: 'recency_segment', band: '0-60' }]);
    expect(bands.removed).toContainEqual({ segment: 'recency_segment', band: '30-60' });
    expect(bands.removed).toContainEqual({ segment: 'frequency_segment', band: '0-4' });
  });

  it('spends nothing on a segment in the artifact that does not have it', async () => {
    const { recency_segment, ...others } = shippedConfig().segments;
    const config = {
      segments: { ...others, days_segment: { ...recency_segment, aliases: [] } },
      combined: {},
    };
    const diff = await diffOf([10, { rows: 4 }], [10, { rows: 4, config }]);
    const spendOf = (name: string) => diff.segments.find(({ segment }) => segment === name)?.spend;
    expect(spendOf('days_segment')).toMatchObject([{ before: 0, after: 40 }]);
    expect(spendOf('recency_segment')).toMatchObject([{ before: 40, after: 0 }]);
  });

  it('calls everything new where nothing is live', async () => {
    const diff = await diffOf(null, [10]);
    expect(diff).toMatchObject({
      from: null,
      rows: { before: null },
      countries: { added: ['Peru'] },
      cells: { added: 3, moved: 0 },
    });
  });
});

describe('the guards', () => {
  const diffReading = async (rows: number, rows_read: number) => {
    const { table, ...artifact } = await artifactGiving(10, { rows });
    const quality = { ...table.quality, rows_read };
    return diffArtifacts(null, compared({ ...artifact, table: { ...table, quality } }));
  };
  const many = { rows: DEFAULT_GUARDS.smallest_cell };

  it.each<[string, Giving | null, Giving]>([
    ['the same again', [10, many], [10, many]],
    ['a mean that moves by as much as it may', [10, many], [15, many]],
    ['a large move of a small cell', [10, { rows: 29 }], [100, many]],
    ['the first artifact of all', null, [10]],
    ['a new country', [10], [10, { countries: ['Peru', 'Latvia'] }]],
    ['half of the rows', [10, { rows: 10 }], [10, { rows: 5 }]],
  ])('let pass: %s', async (_, before, after) => {
    expect(objectionsTo(await diffOf(before, after), DEFAULT_GUARDS)).toEqual([]);
  });

  it.each<[string, Giving, Giving, string]>([
    [
      'largest_mean_change',
      [10, many],
      [15.01, many],
      'the mean amount of a cell may change by at most 50%: that of Peru, frequency_segment 14-37 would go from 10 to 15.01, and 2 more means change so much',
    ],
    [
      'largest_mean_change',
      [0, many],
      [1, many],
      'the mean amount of a cell may change by at most 50%: that of Peru, frequency_segment 14-37 would go from 0 to 1, and 2 more means change so much',
    ],
    [
      'smallest_share_of_rows',
      [10, { rows: 10 }],
      [10, { rows: 4 }],
      'a new version must have at least 50% of the 10 rows of what is live: it has 4',
    ],
    [
      'most_countries_lost',
      [10, { countries: ['Peru', 'Latvia'] }],
      [10, { rows: 2 }],
      'at most 0 countries may be lost: Latvia would be (1)',
    ],
  ])('object by %s', async (guard, before, after, message) => {
    expect(objectionsTo(await diffOf(before, after), DEFAULT_GUARDS)).toContainEqual({ guard, message });
  });

  it.each([
    ['let a fifth of the customers of a country get an amount that changes much', 40, []],
    [
      'object where more than a fifth of the customers of a country get an amount that changes much',
      41,
      [
        'at most 20% of the customers of a country may get an amount that changes by more than 50%: 20.4% would (Peru, frequency_segment 5-13 would get 20 instead of 10)',
      ],
    ],
  ])('%s', async (_, moved, messages) => {
    const given = (amount: number) =>
      ['0', '7'].flatMap((orders) =>
        Array.from({ length: orders === '7' ? moved : 160 }, () =>
          rawRow(['2018-07-21', 'Peru', '2018-06-01', '', orders, String(orders === '7' ? amount : 10)]),
        ),
      );
    const sides = [compared(await artifactOf(given(10))), compared(await artifactOf(given(20)))] as const;
    const found = objectionsTo(diffArtifacts(...sides), DEFAULT_GUARDS);
    const ofAmounts = found.filter(({ guard }) => guard === 'largest_amount_change');
    expect(ofAmounts.map(({ message }) => message)).toEqual(messages);
  });

  it('let pass a history of which as much is dropped as may be', async () => {
    const diff = await diffReading(3, 4);
    expect(diff.dropped.after).toBe(DEFAULT_GUARDS.largest_share_dropped);
    expect(objectionsTo(diff, DEFAULT_GUARDS)).toEqual([]);
  });

  it('let go as many countries as may be lost', async () => {
    const diff = await diffOf([10, { countries: ['Peru', 'Latvia', 'Chile'] }], [10, { rows: 3 }]);
    const lost = (most_countries_lost: number) =>
      objectionsTo(diff, { ...DEFAULT_GUARDS, most_countries_lost }).map(({ guard }) => guard);
    expect([lost(1), lost(2)]).toEqual([['most_countries_lost'], []]);
  });

  it('object to a history of which too much is dropped', async () => {
    const diff = await diffReading(3, 5);
    expect(objectionsTo(diff, DEFAULT_GUARDS)).toEqual([
      {
        guard: 'largest_share_dropped',
        message: 'at most 25% of the rows may be dropped: 40% are',
      },
    ]);
  });

  it('are what the shipped config says', () => {
    expect(shippedConfig().guards).toEqual(DEFAULT_GUARDS);
  });
});

describe('a combined segment', () => {
  const combined = { both_segment: { combine: ['recency_segment', 'frequency_segment'], min_support: 2 } };

  it('is weighed by the customers that each combination decides for', async () => {
    const config = { combined };
    const diff = await diffOf([10, { rows: 4, config }], [12, { rows: 5, config }]);
    const both = diff.segments.find(({ segment }) => segment === 'both_segment');
    expect(both).toEqual({
      segment: 'both_segment',
      rows: 5,
      rows_affected: 5,
      spend: [{ currency: null, country: 'Peru', countries: 1, before: 50, after: 60 }],
    });
  });

  it('leaves what has too few rows to the coarser combination, and each customer counts once', () => {
    const rows = new Map([
      ['a × *', 10],
      ['a × x', 4],
      ['a × y', 3],
      ['b × *', 5],
      ['* × x', 6],
    ]);
    const { cells, left } = rowsDecided(rows, 20);
    expect(Object.fromEntries(cells)).toEqual({ 'a × *': 3, 'a × x': 4, 'a × y': 3, 'b × *': 5, '* × x': 0 });
    expect(left).toBe(5);
  });

  it('answers in the diff what POST /voucher answers, for every cell of any history', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (rows) => {
        const sides = compared(await artifactOf(rows));
        const { compiled } = sides;
        const side = new Side(sides);
        for (const answering of segmentsOf(compiled)) {
          const { ladder } = answering;
          for (const [fold, country] of side.shown) {
            for (const known of allPositions(ladder)) {
              const { voucher_amount } = answerFor(compiled, answering, country, known);
              expect(side.given(fold, ladder.name, cellName(ladder, known))?.voucher_amount).toBe(
                voucher_amount,
              );
            }
          }
        }
      }),
      { numRuns: 10 },
    );
  });

  it('is compared without statistics, but for the means', async () => {
    const [old, now] = [compared(await artifactGiving(10)), compared(await artifactGiving(12))];
    const known = diffArtifacts(old, now);
    const { changes, ...rest } = diffArtifacts({ ...old, statistics: null }, { ...now, statistics: null });
    expect({ changes: known.changes, ...rest }).toEqual(known);
    expect(changes).toEqual(
      known.changes.map((change) => ({ ...change, mean: { before: null, after: null } })),
    );
  });
});
