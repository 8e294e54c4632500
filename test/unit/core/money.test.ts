import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/core/decide/schema.ts';
import { batchFields, emptyTally, tallyDecision } from '../../../src/http/batch-tally.ts';
import { dataPoints } from '../../../src/http/data-point.ts';
import type { Exchange } from '../../../src/http/exchange.ts';
import { type RequestRecord, requestLine } from '../../../src/http/request-line.ts';
import { Metrics } from '../../../src/server/metrics.ts';

function decision(voucher_amount: number, currency?: string): Decision {
  const fields = {
    voucher_amount,
    segment_name: 'frequency_segment',
    segment: '14-37',
    source: 'segment' as const,
    sample_size: 9,
    artifact_version: '0123456789abcdef',
  };
  return Object.assign(fields, currency !== undefined && { currency });
}

function recordOf(own: Partial<Exchange>, route = '/voucher'): RequestRecord {
  const exchange: Exchange = {
    id: 'a',
    now: 0,
    parameter: '',
    context: undefined as never,
    version: '0123456789abcdef',
    checkAge: 3,
    country: undefined,
    decision: undefined,
    ...own,
  };
  return { exchange, method: 'POST', route, status: 200, duration: 2.5, problem: undefined };
}

/** A batch of 0.1 and 0.2 in one currency, 20 in another and 5 without one. */
function batch() {
  const tally = emptyTally();
  for (const one of [decision(0.1, 'PEN'), decision(0.2, 'PEN'), decision(20, 'EUR'), decision(5)]) {
    tallyDecision(tally, one);
    tally.entries++;
  }
  return recordOf({ batch: tally }, '/vouchers');
}

const single = recordOf({ country: 'Peru', decision: decision(25.5, 'PEN') });

describe('what was given away', () => {
  it('is in the line of a decision, with its currency where there is one', () => {
    expect(JSON.parse(requestLine(single))).toMatchObject({
      'event.duration': 2_500_000,
      'voucher.amount': 25.5,
      'voucher.currency': 'PEN',
      'feature_flag.result.reason': 'targeting_match',
    });
    const without = JSON.parse(requestLine(recordOf({ country: 'Peru', decision: decision(1) })));
    expect(without).not.toHaveProperty('voucher.currency');
  });

  it('is in the line of a batch by currency, never added up across them', () => {
    const { batch: tally } = batch().exchange;
    expect(batchFields(tally)).toEqual({
      'voucher.batch.entries': 4,
      'voucher.batch.source.segment': 4,
      'voucher.batch.source.country': 0,
      'voucher.batch.source.default': 0,
      'voucher.batch.amount.PEN': 0.3,
      'voucher.batch.amount.EUR': 20,
      'voucher.batch.amount.none': 5,
    });
  });

  it('is a data point for each currency, of which the first has the time and the counts', () => {
    const version = '0123456789abcdef';
    const blobs = (currency: string) => ['/vouchers', '200', null, null, null, null, null, currency, version];
    expect(dataPoints(batch())).toEqual([
      { indexes: ['/vouchers'], blobs: blobs('PEN'), doubles: [2.5, 0.3, 0, 3, 4, 0, 0] },
      { indexes: ['/vouchers'], blobs: blobs('EUR'), doubles: [0, 20, 0, 3, 0, 0, 0] },
      { indexes: ['/vouchers'], blobs: blobs(''), doubles: [0, 5, 0, 3, 0, 0, 0] },
    ]);
    expect(dataPoints(single)).toEqual([
      {
        indexes: ['Peru'],
        blobs: ['/voucher', '200', null, 'Peru', 'frequency_segment', '14-37', 'segment', 'PEN', version],
        doubles: [2.5, 25.5, 9, 3, 1, 0, 0],
      },
    ]);
  });

  it('is a metric for each currency, of single requests and batches together', () => {
    const metrics = new Metrics();
    metrics.observe(single);
    metrics.observe(batch());
    const text = metrics.text([], { residentBytes: 1, startedAt: 2 });
    expect(text).toContain('voucher_edge_amount_total{currency="PEN"} 25.8\n');
    expect(text).toContain('voucher_edge_amount_total{currency="EUR"} 20\n');
    expect(text).toContain('voucher_edge_amount_total{currency="none"} 5\n');
    expect(text).toContain('voucher_edge_decisions_total{source="segment"} 5\n');
    expect(text).toContain('voucher_edge_up 0\n');
  });
});
