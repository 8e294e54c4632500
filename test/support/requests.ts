import fc from 'fast-check';
import type { VoucherRequest } from '../../src/core/decide/request.ts';
import { parseTime } from '../../src/core/time.ts';

/** Later than most moments that the histories of tests have. */
export const NOW = parseTime('2031-06-01') ?? Number.NaN;

const moment = fc.option(fc.integer({ min: NOW - 65 * 365 * 86_400, max: NOW + 2 * 86_400 }));

/** Requests for any of the segments, with any of the optional fields missing. */
export function requestsFor(...segments: string[]): fc.Arbitrary<VoucherRequest> {
  return fc.record({
    customer_id: fc.constant(1),
    country_code: fc.constantFrom('Peru', 'peru', 'Latvia', 'strasse', '__proto__', 'Chile', '中国'),
    segment_name: fc.constantFrom(...segments),
    total_orders: fc.option(fc.nat(60)),
    last_order_ts: moment,
    first_order_ts: moment,
  });
}
