import { describe, expect, it, vi } from 'vitest';
import { readArtifactFiles } from '../../../build/files/artifact-files.ts';
import { createApp } from '../../../src/app.ts';
import { trialTable } from '../../../src/core/artifact/table.ts';
import type { DecidingConfig } from '../../../src/core/config/deciding.ts';
import { DEFAULT_GUARDS } from '../../../src/core/config/defaults.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { diffArtifacts, type FullDiff } from '../../../src/core/publish/diff.ts';
import { objectionsTo } from '../../../src/core/publish/guards.ts';
import { systemClock } from '../../../src/platform/clock.ts';

// A busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

const { compiled, statistics } = await readArtifactFiles('artifacts/current.json');
const { config, quality } = compiled.table;

/** The artifact of the sample under another config. */
function under(change: Partial<DecidingConfig>) {
  const table = {
    ...trialTable(statistics.countries, { ...config, ...change }),
    version: 'f'.repeat(16),
    quality,
  };
  return { compiled: compileArtifact(table), statistics };
}

const CHANGES: Record<string, Partial<DecidingConfig>> = {
  'the default goes from 0 to a million': { default_amount: 1_000_000 },
  'the median is served instead of the mean': { amount: { ...config.amount, statistic: 'median' } },
  'a segment falls back to the country': { fallback: ['country'] },
  'a country has a default of its own': { countries: { Peru: { default_amount: 7 } } },
  'amounts that were given are served': { amount: { ...config.amount, round_to: 'nearest_given_amount' } },
  'a country has a rounding of its own': { countries: { PERU: { round_to: 50 } } },
};

const before = { compiled, statistics };
const diffOf = (change: Partial<DecidingConfig>): FullDiff => diffArtifacts(before, under(change));

describe('a comparison speaks of answers', () => {
  it.each([
    ['the default goes from 0 to a million', 'default_amount: 0 → 1000000'],
    ['the median is served instead of the mean', 'amount.statistic: mean → median'],
    ['a segment falls back to the country', 'fallback: [] → ["country"]'],
    ['a country has a default of its own', 'countries.Peru: none → {"default_amount":7}'],
  ])('and begins with the config: %s', (name, line) => {
    const diff = diffOf(CHANGES[name] ?? {});
    expect(diff.config).toEqual([line]);
    expect(diff.answers.moved).toBeGreaterThan(0);
    expect(diff.answers.moved).toBe(diff.answer_changes.length);
  });

  it.each(['the default goes from 0 to a million', 'a segment falls back to the country'])(
    'and the guard of amounts objects: %s',
    (name) => {
      const found = objectionsTo(diffOf(CHANGES[name] ?? {}), DEFAULT_GUARDS);
      expect(found.map(({ guard }) => guard)).toContain('largest_amount_change');
      expect(found[0]?.message).toMatch(/would get [\d,.]+, .*, instead of 0, the default/);
    },
  );

  it('and the guards let pass what changes nothing', () => {
    const diff = diffOf({});
    expect([diff.config, diff.answer_changes]).toEqual([[], []]);
    expect(objectionsTo(diff, DEFAULT_GUARDS)).toEqual([]);
  });
});

describe('the changes are those that POST /voucher has', () => {
  const DAY = 86_400;
  const NOW = Date.UTC(2026, 6, 1) / 1000;
  const time = (days: number) => new Date((NOW - days * DAY) * 1000).toISOString();
  const FIELDS: Record<string, (value: number) => object> = {
    total_orders: (value) => ({ total_orders: value }),
    days_since_last_order: (value) => ({ last_order_ts: time(value) }),
    days_since_first_order: (value) => ({ first_order_ts: time(value) }),
  };

  function asking(side: typeof before) {
    const app = createApp({
      store: {
        current: () => ({ ok: true, compiled: side.compiled, origin: 'test' }),
        statistics: async () => ({ ok: true, statistics }),
      } as never,
      clock: systemClock,
      log: () => {},
    });
    return async (request: object) => {
      const response = await app.request('http://localhost/voucher', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          customer_id: 'c-1',
          last_order_ts: time(1000),
          total_orders: 0,
          as_of: time(0),
          ...request,
        }),
      });
      return {
        status: response.status,
        ...((await response.json()) as { voucher_amount: number; currency?: string }),
      };
    };
  }

  const euro = { amount: { ...config.amount, currency: 'EUR' } };
  const sides = Object.entries(CHANGES).map(([name, change]) => [name, before, under(change)] as const);
  const currencies = ['one country is paid in another currency', under(euro)] as const;

  it.each([...sides, [...currencies, under({ ...euro, countries: { peru: { currency: 'PEN' } } })] as const])(
    'for every band, no band and an unknown country: %s',
    async (_, before, after) => {
      const [old, now] = [asking(before), asking(after)];
      const diff = diffArtifacts(before, after);
      const listed = new Map(
        diff.answer_changes.map(({ country, segment, band, amount, currency }) => [
          JSON.stringify([country, segment, band]),
          { amount, currency },
        ]),
      );
      let found = 0;
      for (const country of [...compiled.table.countries, null]) {
        for (const [segment, { of, bands }] of Object.entries(config.segments)) {
          const known = new Set(bands.map(({ min }) => min));
          const gap = [0, 1, 29].find(
            (value) => !bands.some(({ min, max = Infinity }) => min <= value && value <= max),
          );
          const places = bands.map((band): [string | null, number] => [band.name, band.min]);
          if (gap !== undefined && !known.has(gap)) places.push([null, gap]);
          for (const [band, value] of places) {
            const request = {
              country_code: country ?? 'Atlantis',
              segment_name: segment,
              ...FIELDS[of]?.(value),
            };
            const [one, other] = [await old(request), await now(request)];
            expect([one.status, other.status]).toEqual([200, 200]);
            const change = listed.get(JSON.stringify([country, segment, band]));
            const expected =
              one.voucher_amount === other.voucher_amount && one.currency === other.currency
                ? undefined
                : {
                    amount: { before: one.voucher_amount, after: other.voucher_amount },
                    currency: { before: one.currency ?? null, after: other.currency ?? null },
                  };
            expect([request, change]).toEqual([request, expected]);
            if (expected) found++;
          }
        }
      }
      expect(found).toBeGreaterThan(0);
    },
  );
});
