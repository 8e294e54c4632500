import { expect, test } from 'vitest';
import type { Decision } from '../../../src/core/decide/schema.ts';
import { requestLine } from '../../../src/http/request-line.ts';

const decision: Decision = {
  voucher_amount: 21.2,
  segment_name: 'recency_segment',
  segment: '30-60',
  source: 'segment',
  sample_size: 12,
  artifact_version: '0123456789abcdef',
};

/** What a line says of a request that was given this decision. */
function told(country: string, now: number, checkAge = 0, given = decision) {
  const version = given.artifact_version;
  const exchange = {
    id: 'an-id',
    now,
    parameter: '',
    context: undefined as never,
    version,
    checkAge,
    country,
    decision: given,
  };
  const route = '/voucher';
  const line = JSON.parse(
    requestLine({ exchange, method: 'POST', route, status: 200, duration: 0.5, problem: undefined }),
  );
  const names = ['@timestamp', 'voucher.check_age', 'voucher.country', 'voucher.amount', 'event.duration'];
  return names.map((name) => line[name]);
}

test('A line is of its own request, though others before it were given the same decision', () => {
  const start = Date.UTC(2026, 10, 30, 23, 59, 59, 999);
  const other = { ...decision, voucher_amount: 3 };
  expect([
    told('Peru', start),
    told('Peru', start),
    told(' PERU ', start),
    told('Peru', start + 1, 1),
    told('Per"u', start + 1, 1, other),
    told('Peru', start),
  ]).toEqual([
    ['2026-11-30T23:59:59.999Z', 0, 'Peru', 21.2, 500_000],
    ['2026-11-30T23:59:59.999Z', 0, 'Peru', 21.2, 500_000],
    ['2026-11-30T23:59:59.999Z', 0, 'PERU', 21.2, 500_000],
    ['2026-12-01T00:00:00.000Z', 1, 'Peru', 21.2, 500_000],
    ['2026-12-01T00:00:00.000Z', 1, 'Per"u', 3, 500_000],
    ['2026-11-30T23:59:59.999Z', 0, 'Peru', 21.2, 500_000],
  ]);
});
