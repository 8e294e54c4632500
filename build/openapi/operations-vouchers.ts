import { example, FLAG, inHeader, inQuery, operationsOf } from './operation.ts';

const ofCallers = operationsOf({ tag: 'Vouchers', who: 'callers' });

const CUSTOMER = {
  customer_id: 123,
  country_code: 'Peru',
  last_order_ts: '2026-03-30 10:12:13',
  total_orders: 15,
  segment_name: 'recency_segment',
  as_of: '2026-07-01',
};

/** What shops ask for one customer. */
export const voucher = ofCallers('post', '/voucher', 'getVoucher', {
  summary: 'How much to give a customer',
  description:
    'Answers from the artifact in constant time. An unknown country, an empty band and a gap between bands have an answer as well: the next level of the ladder.',
  parameters: [
    inQuery('explain', 'true adds the ladder that led to the answer.', FLAG),
    inHeader('x-request-id', 'Your id of the request; it comes back, and is in the log.', {
      type: 'string',
      pattern: '^[A-Za-z0-9._-]{1,128}$',
    }),
  ],
  request: { type: 'application/json', schema: 'VoucherRequest' },
  answer: { status: 200, description: 'The amount, and what it rests on.', schema: 'Decision' },
  examples: [
    example(200, 'A customer of Peru, three months after the last order', { body: CUSTOMER }),
    example(200, 'The same, with its ladder', {
      name: 'explained',
      path: '/voucher?explain=true',
      body: { ...CUSTOMER, segment_name: 'combined_segment' },
    }),
    example(200, 'A country without history gets the default', {
      name: 'unknown_country',
      body: { ...CUSTOMER, country_code: 'Atlantis' },
    }),
    example('malformed_json', 'A body that is not JSON', { body: '{"customer_id": 123' }),
    example('unauthorized', 'A deployment with API_KEYS, and no key', { body: CUSTOMER, on: 'limited' }),
    example('body_too_large', 'More than 64 KiB', { body: { ...CUSTOMER, customer_id: 'x'.repeat(66_000) } }),
    example('unsupported_media_type', 'A form', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'customer_id=123',
    }),
    example('invalid_request', 'Orders that are no whole number', {
      body: { ...CUSTOMER, total_orders: 2.5 },
    }),
    example('unknown_segment', 'A segment that the config does not have', {
      body: { ...CUSTOMER, segment_name: 'shoe_size' },
    }),
    example('missing_field', 'Recency without a last order', { body: { ...CUSTOMER, last_order_ts: null } }),
    example('order_in_future', 'A last order after as_of', {
      body: { ...CUSTOMER, last_order_ts: '2026-08-01' },
    }),
    example('rate_limited', 'More requests than the limit', {
      headers: { 'x-api-key': 'a-key' },
      body: CUSTOMER,
      on: 'limited',
    }),
    example('internal_error', 'An unexpected failure', { body: CUSTOMER, on: 'failing' }),
    example('no_artifact', 'A service without an artifact', { body: CUSTOMER, on: 'without artifact' }),
  ],
});

const ONE = { customer_id: 1, country_code: 'Peru', total_orders: 15, segment_name: 'frequency_segment' };
const BAD = { customer_id: 2, country_code: 'Peru', segment_name: 'frequency_segment' };
/** One byte more than a line may have. */
const LONG_LINE = JSON.stringify({ ...ONE, customer_id: 'x'.repeat(65_536) });
const NDJSON = { 'content-type': 'application/x-ndjson' };

/** What shops ask for many customers at once. */
export const batch = ofCallers('post', '/vouchers', 'getVouchers', {
  summary: 'How much to give to many customers',
  description:
    'An array of at most 10,000 requests, or a request on each line of application/x-ndjson, of which there may be any number. The answers come in the same order and as many; one bad entry never costs the others theirs. Either may be compressed with gzip. Send lines and read answers at the same time, or at most 100,000 lines in one request: up to about a million answers wait for a client that sends everything before it reads; then the answers end with an error, answers_not_read.',
  request: { type: 'application/json', schema: 'VoucherRequests' },
  answer: { status: 200, description: 'An answer or an error for each.', schema: 'Decisions' },
  problems: ['answers_not_read'],
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
});
