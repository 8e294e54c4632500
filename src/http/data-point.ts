import { SOURCES } from '../core/decide/decision.ts';
import { tidySum } from '../core/sum-money.ts';
import { bounded } from '../platform/ecs.ts';
import { currencyOf } from './batch-tally.ts';
import type { RequestRecord } from './request-line.ts';

/** What Workers Analytics Engine takes. */
export interface DataPoint {
  indexes: string[];
  blobs: (string | null)[];
  doubles: number[];
}

/** An index may have 96 bytes; a UTF-16 unit makes three at most. */
const LONGEST_COUNTRY = 32;

/**
 * A request as data points: one, and for a batch one more for each further currency of its answers. Nothing in them
 * says which customer it was.
 *
 * index1 country, or the route without a country. blob1 route, blob2 status, blob3 error code, blob4 country,
 * blob5 segment, blob6 band, blob7 source, blob8 currency, blob9 artifact version. double1 milliseconds, double2 amount,
 * double3 rows of history, double4 seconds since the last check, double5 to double7 decisions by source:
 * segment, country, default.
 */
export function dataPoints({ exchange, route, status, duration, problem }: RequestRecord): DataPoint[] {
  const { decision, batch, version = null, checkAge = 0 } = exchange;
  const country = exchange.country === undefined ? null : bounded(exchange.country.trim(), LONGEST_COUNTRY);
  const point = (currency: string, amount: number, isFirst: boolean): DataPoint => {
    const { segment_name = null, segment = null, source = null, sample_size = 0 } = decision ?? {};
    const bySource = SOURCES.map((one) => (isFirst ? (batch?.sources[one] ?? Number(one === source)) : 0));
    return {
      indexes: [country ?? route],
      blobs: [
        route,
        String(status),
        problem?.code ?? null,
        country,
        segment_name,
        segment,
        source,
        currency,
        version,
      ],
      doubles: [isFirst ? duration : 0, amount, sample_size, checkAge, ...bySource],
    };
  };
  if (decision !== undefined) return [point(currencyOf(decision), decision.voucher_amount, true)];
  const [first = ['', 0], ...others] = Object.entries(batch?.amounts ?? {}) as [string, number][];
  return [
    point(first[0], tidySum(first[1]), true),
    ...others.map(([currency, sum]) => point(currency, tidySum(sum), false)),
  ];
}
