import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { decide } from '../../../src/core/decide/decide.ts';
import type { VoucherRequest } from '../../../src/core/decide/request.ts';
import { compareAnswers } from '../../../src/core/publish/answer-changes.ts';
import { Side } from '../../../src/core/publish/compared.ts';
import { formatTime, SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { storeOf } from '../../support/artifacts.ts';
import { artifactOf, rawRow, shippedConfig } from '../../support/histories.ts';

vi.setConfig({ testTimeout: 120_000 });

const AS_OF = Date.UTC(2026, 6, 1) / 1000;
const { recency_segment, frequency_segment, tenure_segment } = shippedConfig().segments;
const combine = ['recency_segment', 'frequency_segment', 'tenure_segment'];
const BASE = {
  segments: { recency_segment, frequency_segment, tenure_segment },
  combined: { combined_segment: { combine, min_support: 2 } },
};
const shipped = shippedConfig(BASE);
const SEGMENTS = [...combine, 'combined_segment'];

/** A quantity in every band of every segment of a feature, in every gap, and one that is not known. */
function quantitiesOf(feature: string): (number | null)[] {
  const bands = Object.values(shipped.segments).flatMap((segment) =>
    segment.of === feature ? segment.bands : [],
  );
  const edges = bands.flatMap(({ min, max }) => (max === undefined ? [min] : [min, max + 1]));
  return [null, ...new Set([0, ...edges])];
}

const dayBefore = (days: number) =>
  new Date(Date.UTC(2018, 6, 21) - days * 86_400_000).toISOString().slice(0, 10);

/** Histories in few enough bands that combinations fill up. */
const histories = fc.array(
  fc
    .record({
      country: fc.constantFrom('Peru', 'Latvia', '中国'),
      last: fc.constantFrom(5, 40, 70, 100),
      more: fc.constantFrom(-1, 0, 60, 300),
      orders: fc.constantFrom('', '6', '20'),
      amount: fc.constantFrom('10', '20', '35.5', ''),
    })
    .map(({ country, last, more, orders, amount }) =>
      rawRow([
        '2018-07-21',
        country,
        dayBefore(last),
        more < 0 ? '' : dayBefore(last + more),
        orders,
        amount,
      ]),
    ),
  { maxLength: 40 },
);

const timeAgo = (days: number | null) => (days === null ? null : AS_OF - days * SECONDS_PER_DAY);

/** Every customer whom an answer can tell from another. */
function* customers(countries: readonly string[]): Generator<VoucherRequest> {
  for (const last of quantitiesOf('days_since_last_order')) {
    for (const orders of quantitiesOf('total_orders')) {
      for (const first of quantitiesOf('days_since_first_order')) {
        for (const country_code of countries) {
          for (const segment_name of SEGMENTS) {
            const [last_order_ts, first_order_ts] = [timeAgo(last), timeAgo(first)];
            yield {
              customer_id: 1,
              country_code,
              segment_name,
              total_orders: orders,
              last_order_ts,
              first_order_ts,
              as_of: AS_OF,
            };
          }
        }
      }
    }
  }
}

const CHANGES: Record<string, unknown>[] = [
  {},
  { default_amount: 7 },
  { fallback: ['country'] },
  { amount: { statistic: 'median', round_to: 0.01 } },
  { combined: { combined_segment: { combine, min_support: 4 } } },
];

type Answered = { voucher_amount: number; source: string } | null;
const written = (country: string | null, segment: string, before: Answered, after: Answered) =>
  JSON.stringify([
    country,
    segment,
    before?.voucher_amount,
    before?.source,
    after?.voucher_amount,
    after?.source,
  ]);

it('the list of answers that change is what POST /voucher answers, before and after, for every customer', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories,
      histories,
      fc.constantFrom(...CHANGES),
      fc.infiniteStream(fc.nat(49)),
      async (was, more, change, chances) => {
        const artifacts = [
          await artifactOf(was, shipped),
          await artifactOf([...was, ...more], shippedConfig({ ...BASE, ...change })),
        ] as const;
        const compiled = artifacts.map(({ table }) => compileArtifact(table));
        const [old, now] = compiled.map((one) => new Side({ compiled: one, statistics: null })) as [
          Side,
          Side,
        ];
        const diff = compareAnswers(old, now);
        const listed = new Set(
          diff.answer_changes.map(({ country, segment, amount, source }) =>
            JSON.stringify([country, segment, amount.before, source.before, amount.after, source.after]),
          ),
        );
        const apps = artifacts.map((artifact) =>
          createApp({ store: storeOf(artifact), clock: systemClock, log: () => {} }),
        );
        const shown = new Map([...old.named, ...now.named]);
        const found = new Set<string>();
        for (const request of customers([...shown.values(), 'Atlantis'])) {
          const outcomes = compiled.map((one) => decide(one, request, AS_OF));
          const [before, after] = outcomes.map((outcome) => (outcome.ok ? outcome.decision : null));
          if (!before || !after) continue;
          const country = request.country_code === 'Atlantis' ? null : request.country_code;
          const text = written(country, request.segment_name ?? '', before, after);
          if (before.voucher_amount !== after.voucher_amount) found.add(text);
          // The rules are asked for all customers, and the service itself for some of them, whom chance picks.
          if ((chances.next().value as number) > 0) continue;
          for (const [index, app] of apps.entries()) {
            const body = {
              ...request,
              last_order_ts:
                request.last_order_ts === null ? null : formatTime(request.last_order_ts as number),
              first_order_ts:
                request.first_order_ts === null ? null : formatTime(request.first_order_ts as number),
              as_of: formatTime(AS_OF),
            };
            const response = await app.request('/voucher', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(body),
            });
            expect(await response.json()).toEqual([before, after][index]);
          }
        }
        expect([...found].filter((text) => !listed.has(text))).toEqual([]);
        expect([...listed].filter((text) => !found.has(text))).toEqual([]);
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
});
