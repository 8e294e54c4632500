import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_GUARDS } from '../../../src/core/config/defaults.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { decide } from '../../../src/core/decide/decide.ts';
import { defaultShares } from '../../../src/core/decide/default-share.ts';
import { defaultWarning } from '../../../src/core/decide/default-words.ts';
import { emptyAssignment, type RawRow } from '../../../src/core/history/clean.ts';
import { diffArtifacts } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { parseTime } from '../../../src/core/time.ts';
import { artifactOf, histories, rawRow, shippedConfig } from '../../support/histories.ts';
import { cleaner } from '../../support/reading.ts';

async function compiledOf(rows: readonly RawRow[], changes: Record<string, unknown> = {}) {
  return compileArtifact((await artifactOf(rows, shippedConfig(changes))).table);
}

/** A row of Peru: so many days after the last order. */
const rowAfter = (days: number, amount = '10') =>
  rawRow([
    '2018-07-21',
    'Peru',
    new Date(Date.UTC(2018, 6, 21 - days)).toISOString().slice(0, 10),
    '2017-01-01',
    '3',
    amount,
  ]);
const times = (count: number, row: RawRow) => Array.from({ length: count }, () => row);

it('the share of the default is that of the rows that POST /voucher answers with it, for every segment', async () => {
  const { segments, combined } = shippedConfig();
  await fc.assert(
    fc.asyncProperty(
      histories,
      fc.constantFrom([], ['country']),
      fc.constantFrom('mean', 'exclude'),
      async (rows, fallback, imputation) => {
        const config = shippedConfig({ fallback, imputation });
        const compiled = compileArtifact((await artifactOf(rows, config)).table);
        const shares = new Map(defaultShares(compiled).map((share) => [share.segment, share]));
        for (const segment_name of [...Object.keys(segments), ...Object.keys(combined)]) {
          const counted = { rows: 0, by_default: 0 };
          for (const row of rows) {
            const into = emptyAssignment();
            if (cleaner(config)(row, into) !== null) continue;
            // A history knows nothing of a first order that is later than its row.
            const first = parseTime(row.first_order_ts.trim());
            const request = {
              customer_id: 1,
              country_code: into.country,
              segment_name,
              total_orders: into.totalOrders,
              last_order_ts: parseTime(row.last_order_ts.trim()),
              first_order_ts: first !== null && first <= into.asOf ? first : null,
            };
            const outcome = decide(compiled, request, into.asOf);
            if (!outcome.ok) continue;
            counted.rows++;
            if (outcome.decision.source === 'default') counted.by_default++;
          }
          expect([segment_name, shares.get(segment_name)]).toMatchObject([segment_name, counted]);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe('the warning about the default', () => {
  const warningOf = async (...of: Parameters<typeof compiledOf>) => {
    const compiled = await compiledOf(...of);
    return defaultWarning(compiled.table.config, defaultShares(compiled));
  };

  it('names the share, the reason and the setting', async () => {
    const rows = [...times(3, rowAfter(40)), rowAfter(5)];
    expect(await warningOf(rows)).toBe(
      'The default, 0, would answer rows of this history: 25% asked with recency_segment (25% in no band). Set "fallback": ["country"] in the config, and the country answers instead; or ask with detailed_segment, the default_segment.',
    );
    expect(await warningOf(rows, { fallback: ['country'] })).toBeNull();
  });

  it('names another setting where a country has no amount at all', async () => {
    const rows = [rowAfter(40, ''), rowAfter(50, '')];
    const warning = await warningOf(rows, {
      fallback: ['country'],
      countries: { Peru: { default_amount: 3 } },
    });
    expect(warning).toMatch(
      /^The default would answer rows of this history: (?:100% asked with \w+, ){3}and with 5 other segments\. /,
    );
    expect(warning).toMatch(/Their countries have no amount at all: set .* countries.NAME.default_amount\.$/);
  });
});

describe('the guards of the default', () => {
  const inBand = times(60, rowAfter(40));
  const outside = times(60, rowAfter(5));

  async function objections(before: readonly RawRow[] | null, now: readonly RawRow[], changes: object = {}) {
    const compared = async (rows: readonly RawRow[]) => ({
      compiled: await compiledOf(rows, { ...changes }),
      statistics: null,
    });
    const diff = diffArtifacts(before && (await compared(before)), await compared(now));
    return objectionsTo(diff, DEFAULT_GUARDS).filter(({ guard }) => guard.includes('default'));
  }

  it('let a history pass whose rows the default_segment answers', async () => {
    expect(await objections(null, [...inBand, ...outside])).toEqual([]);
  });

  it('object when the default answers too many of them, also to the first artifact', async () => {
    expect(await objections(null, [...inBand, ...outside], { default_segment: 'recency_segment' })).toEqual([
      {
        guard: 'largest_share_default',
        message:
          'the default may answer at most 25% of the rows: with recency_segment, the default_segment, it would answer 50%; set "fallback": ["country"]',
      },
    ]);
  });

  it('object when its share grows too much with any segment', async () => {
    expect(await objections(inBand, [...inBand, ...outside.slice(0, 20)])).toEqual([
      {
        guard: 'largest_default_growth',
        message:
          'the default may answer at most 10% more of the rows: with recency_segment it would go from 0% to 25%',
      },
    ]);
    expect(await objections([...inBand, ...outside], [...inBand, ...outside])).toEqual([]);
    expect(await objections(inBand, [...inBand, ...outside.slice(0, 5)])).toEqual([]);
  });
});
