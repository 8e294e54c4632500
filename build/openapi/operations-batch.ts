import { example, type Operation } from './operation.ts';

const ONE = { customer_id: 1, country_code: 'Peru', total_orders: 15, segment_name: 'frequency_segment' };
const BAD = { customer_id: 2, country_code: 'Peru', segment_name: 'frequency_segment' };
/** One byte more than a line may have. */
const LONG_LINE = JSON.stringify({ ...ONE, customer_id: 'x'.repeat(65_536) });
const NDJSON = { 'content-type': 'application/x-ndjson' };

/** What shops ask for many customers at once. */
export const batch: Operation = {
  method: 'post',
  path: '/vouchers',
  id: 'getVouchers',
  tag: 'Vouchers',
  summary: 'How much to give to many customers',
  description:
    'An array of at most 10,000 requests, or a request on each line of application/x-ndjson, of which there may be any number. The answers come in the same order and as many; one bad entry never costs the others theirs. Either may be compressed with gzip. Send lines and read answers at the same time, or at most 100,000 lines in one request: up to about a million answers wait for a client that sends everything before it reads; then the answers end with an error, answers_not_read.',
  who: 'callers',
  request: { type: 'application/json', schema: 'VoucherRequests' },
  answer: { status: 200, description: 'An answer or an error for each.', schema: 'Decisions' },
  problems: ['answers_not_read', 'batch_too_large', 'line_too_long'],
  examples: [
    example(200, 'Two customers, one without orders', { body: [ONE, BAD] }),
    example(200, 'The same, line by line', {
      name: 'lines',
      headers: NDJSON,
      body: `${JSON.stringify(ONE)}\n${JSON.stringify(BAD)}\n`,
    }),
    example(200, 'A line of more than 64 KiB has an error of its own', {
      name: 'line_too_long',
      headers: NDJSON,
      body: `${LONG_LINE}\n${JSON.stringify(ONE)}\n`,
      shows: 'line_too_long',
    }),
    example('batch_too_large', 'More than 10,000 entries', { body: Array.from({ length: 10_001 }, () => 0) }),
    example('invalid_request', 'No array', { body: ONE }),
  ],
};
