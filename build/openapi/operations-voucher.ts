import { example, type Operation } from './operation.ts';

const CUSTOMER = {
  customer_id: 123,
  country_code: 'Peru',
  last_order_ts: '2026-03-30 10:12:13',
  total_orders: 15,
  segment_name: 'recency_segment',
  as_of: '2026-07-01',
};

/** What shops ask for one customer. */
export const voucher: Operation = {
  method: 'post',
  path: '/voucher',
  id: 'getVoucher',
  tag: 'Vouchers',
  summary: 'How much to give a customer',
  description:
    'Answers from the artifact in constant time. An unknown country, an empty band and a gap between bands have an answer as well: the next level of the ladder.',
  who: 'callers',
  parameters: [
    { name: 'explain', in: 'query', description: 'true adds the ladder that led to the answer.', flag: true },
    {
      name: 'x-request-id',
      in: 'header',
      description: 'Your id of the request; it comes back, and is in the log.',
      pattern: '^[A-Za-z0-9._-]{1,128}$',
    },
  ],
  request: { type: 'application/json', schema: 'VoucherRequest' },
  answer: { status: 200, description: 'The amount, and what it rests on.', schema: 'Decision' },
  problems: ['unknown_segment', 'missing_field', 'order_in_future'],
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
};
