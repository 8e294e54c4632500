import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readPlainRequest, VoucherRequestSchema } from '../../../src/core/decide/request.ts';
import { runs } from '../../support/runs.ts';

/** Values near the borders of what a request may say. */
const value = fc.oneof(
  fc.constantFrom(
    null,
    '',
    ' ',
    'Peru',
    '2018-02-28',
    '2018-02-30',
    ' 2018-05-03 10:11:12.5Z ',
    'x'.repeat(256),
  ),
  fc.constantFrom(0, -0, 15, 15.5, -1, 2 ** 53, 2 ** 53 - 1, 1e300, Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom('x'.repeat(257), ` ${' '.repeat(255)}`, '\ud800', 'É', true, [], {}, ['Peru']),
  fc.jsonValue(),
);
const field = fc.option(value, { nil: undefined });
const request = fc.record(
  {
    customer_id: fc.oneof(fc.constant(1), field),
    country_code: fc.oneof(fc.constant('Peru'), field),
    segment_name: fc.oneof(fc.constant('recency_segment'), field),
    total_orders: fc.oneof(fc.nat(), field),
    last_order_ts: fc.oneof(fc.constant('2018-05-03'), field),
    first_order_ts: field,
    as_of: field,
    another: field,
  },
  { requiredKeys: [] },
);

describe('readPlainRequest', () => {
  it('takes the requests that the schema takes, as the schema gives them', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: request }, fc.jsonValue()), (input) => {
        const parsed = z.safeParse(VoucherRequestSchema, input);
        expect(readPlainRequest(input)).toEqual(parsed.success ? parsed.data : null);
      }),
      { numRuns: runs(600) },
    );
  });

  it('takes what an object of another kind says, as JSON.parse makes it', () => {
    const input = JSON.parse('{"__proto__":{"customer_id":1},"country_code":"Peru","segment_name":"x"}');
    expect(readPlainRequest(input)).toBeNull();
  });
});
