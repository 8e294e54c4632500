import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Decision } from '../../../src/core/decide/decide.ts';
import { readPlainRequest, VoucherRequestSchema } from '../../../src/core/decide/request.ts';
import { decisionWriter } from '../../../src/routes/batch/entry.ts';
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

it('a decision is written as JSON.stringify writes it, whatever was written before', () => {
  const text = fc.oneof(fc.constantFrom('0-4', '"', '\n'), fc.string());
  const decision: fc.Arbitrary<Decision> = fc.record({
    voucher_amount: fc.oneof(fc.nat(3), fc.double({ noNaN: true, noDefaultInfinity: true })),
    segment_name: text,
    segment: fc.option(text),
    source: fc.constantFrom('segment' as const, 'country' as const, 'default' as const),
    sample_size: fc.nat(3),
    artifact_version: text,
  });
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 50 }), (decisions) => {
      const write = decisionWriter();
      for (const one of decisions) expect(write(one)).toBe(JSON.stringify(one));
    }),
  );
});

it('a decision is written once, however often its cell answers', () => {
  let written = 0;
  const decision = {
    voucher_amount: 1,
    segment_name: 's',
    segment: '0-4',
    source: 'segment' as const,
    sample_size: 3,
    artifact_version: 'v',
    toJSON: () => ({ written: ++written }),
  };
  const write = decisionWriter();
  for (let entry = 0; entry < 3; entry++) expect(write(decision)).toBe('{"written":1}');
});
