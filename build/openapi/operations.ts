import type { Operation, Parameter } from './operation.ts';
import { batch } from './operations-batch.ts';
import { ofrepOperations } from './operations-ofrep.ts';
import { runOperations } from './operations-runs.ts';
import { type KnownVersions, ONE_SEGMENT, versionOperations } from './operations-versions.ts';

const CUSTOMER = {
  customer_id: 123,
  country_code: 'Peru',
  last_order_ts: '2026-03-30 10:12:13',
  total_orders: 15,
  segment_name: 'recency_segment',
  as_of: '2026-07-01',
};

const voucher: Operation = {
  method: 'post',
  path: '/voucher',
  id: 'getVoucher',
  tag: 'Vouchers',
  summary: 'How much to give a customer',
  description:
    'Answers from the artifact in constant time. An unknown country, an empty band and a gap between bands have an answer as well: the next rung of the ladder.',
  who: 'callers',
  parameters: [
    {
      name: 'explain',
      in: 'query',
      description: 'true adds the ladder that led to the answer.',
      flag: true,
    },
    {
      name: 'x-request-id',
      in: 'header',
      description: 'Your id of the request; it comes back, and is in the log.',
      pattern: '^[A-Za-z0-9._-]{1,128}$',
    },
  ],
  request: { type: 'application/json', schema: 'VoucherRequest' },
  answer: { status: 200, description: 'The amount, and what it rests on.', schema: 'Decision' },
  problems: [
    'malformed_json',
    'unauthorized',
    'method_not_allowed',
    'body_too_large',
    'unsupported_media_type',
    'invalid_request',
    'unknown_segment',
    'missing_field',
    'order_in_future',
    'rate_limited',
    'internal_error',
    'no_artifact',
  ],
  examples: [
    {
      name: 'answer',
      summary: 'A customer of Peru, three months after the last order',
      body: CUSTOMER,
      expect: 200,
    },
    {
      name: 'explained',
      summary: 'The same, with its ladder',
      path: '/voucher?explain=true',
      body: { ...CUSTOMER, segment_name: 'combined_segment' },
      expect: 200,
    },
    {
      name: 'unknown_country',
      summary: 'A country without history gets the default',
      body: { ...CUSTOMER, country_code: 'Atlantis' },
      expect: 200,
    },
    {
      name: 'malformed_json',
      summary: 'A body that is not JSON',
      body: '{"customer_id": 123',
      expect: 'malformed_json',
    },
    {
      name: 'unauthorized',
      summary: 'A deployment with API_KEYS, and no key',
      body: CUSTOMER,
      expect: 'unauthorized',
      on: 'limited',
    },
    {
      name: 'body_too_large',
      summary: 'More than 64 KiB',
      body: { ...CUSTOMER, customer_id: 'x'.repeat(66_000) },
      expect: 'body_too_large',
    },
    {
      name: 'unsupported_media_type',
      summary: 'A form',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'customer_id=123',
      expect: 'unsupported_media_type',
    },
    {
      name: 'invalid_request',
      summary: 'Orders that are no whole number',
      body: { ...CUSTOMER, total_orders: 2.5 },
      expect: 'invalid_request',
    },
    {
      name: 'unknown_segment',
      summary: 'A segment that the config does not have',
      body: { ...CUSTOMER, segment_name: 'shoe_size' },
      expect: 'unknown_segment',
    },
    {
      name: 'missing_field',
      summary: 'Recency without a last order',
      body: { ...CUSTOMER, last_order_ts: null },
      expect: 'missing_field',
    },
    {
      name: 'order_in_future',
      summary: 'A last order after as_of',
      body: { ...CUSTOMER, last_order_ts: '2026-08-01' },
      expect: 'order_in_future',
    },
    {
      name: 'rate_limited',
      summary: 'More requests than the limit',
      headers: { 'x-api-key': 'a-key' },
      body: CUSTOMER,
      expect: 'rate_limited',
      on: 'limited',
    },
    {
      name: 'internal_error',
      summary: 'An unexpected failure',
      body: CUSTOMER,
      expect: 'internal_error',
      on: 'failing',
    },
    {
      name: 'no_artifact',
      summary: 'A service without an artifact',
      body: CUSTOMER,
      expect: 'no_artifact',
      on: 'without artifact',
    },
  ],
};

const IF_NONE_MATCH: Parameter = {
  name: 'if-none-match',
  in: 'header',
  description: 'The ETag of an answer that you have: 304 if it is still the one.',
};
const having = (etag: string) => ({ 'if-none-match': etag });
const UNCHANGED = 'It is still the answer of if-none-match; no body.';

/** What answers are made from, and the probes. @param etags of the answers that the examples know already */
const open = (etags: KnownVersions['etags']): Operation[] => [
  {
    method: 'get',
    path: '/artifact',
    id: 'getArtifact',
    tag: 'Artifact',
    summary: 'What is live',
    description:
      'Version, config, range and quality of the data. Its ETag changes when the answer does: If-None-Match gets 304.',
    who: 'anybody',
    parameters: [IF_NONE_MATCH],
    unchanged: UNCHANGED,
    answer: { status: 200, description: 'The artifact without its statistics.', schema: 'Artifact' },
    problems: ['method_not_allowed', 'internal_error', 'no_artifact'],
    examples: [
      { name: 'answer', summary: 'The bundled artifact', expect: 200 },
      {
        name: 'unchanged',
        summary: 'The client has it already',
        headers: having(etags.artifact),
        expect: 304,
      },
      {
        name: 'no_artifact',
        summary: 'A service without an artifact',
        expect: 'no_artifact',
        on: 'without artifact',
      },
    ],
  },
  {
    method: 'get',
    path: '/artifact/segments',
    id: 'getSegments',
    tag: 'Artifact',
    summary: 'Every answer there is',
    description:
      'The whole decision table with its statistics, or the tables of some segments. Its ETag changes when the answer does: If-None-Match gets 304.',
    who: 'callers',
    parameters: [
      { name: 'segment', in: 'query', description: 'A segment to show; all, without.', repeated: true },
      { name: 'trend', in: 'query', description: 'true adds how each band went by period.', flag: true },
      IF_NONE_MATCH,
    ],
    unchanged: UNCHANGED,
    answer: { status: 200, description: 'By country, segment and band.', schema: 'DecisionTable' },
    problems: [
      'unauthorized',
      'method_not_allowed',
      'invalid_request',
      'unknown_segment',
      'rate_limited',
      'internal_error',
      'no_artifact',
      'statistics_unavailable',
    ],
    examples: [
      {
        name: 'answer',
        summary: 'One segment',
        path: ONE_SEGMENT,
        expect: 200,
      },
      {
        name: 'trends',
        summary: 'The same, with how it went by period',
        path: '/artifact/segments?segment=volume_segment&trend=true',
        expect: 200,
      },
      {
        name: 'unchanged',
        summary: 'The client has it already',
        path: ONE_SEGMENT,
        headers: having(etags.segments),
        expect: 304,
      },
      {
        name: 'unknown_segment',
        summary: 'A segment that the config does not have',
        path: '/artifact/segments?segment=shoe_size',
        expect: 'unknown_segment',
      },
      {
        name: 'statistics_unavailable',
        summary: 'A deployment whose statistics cannot be read',
        path: '/artifact/segments?segment=volume_segment',
        on: 'without statistics',
        expect: 'statistics_unavailable',
      },
    ],
  },
  {
    method: 'get',
    path: '/artifact/report',
    id: 'getReport',
    tag: 'Artifact',
    summary: 'What the build kept for people',
    description:
      'Examples of dropped rows, and what each setting would have reached on rows that it had not seen. Empty unless the artifact was built with --report.',
    who: 'callers',
    parameters: [IF_NONE_MATCH],
    unchanged: UNCHANGED,
    answer: { status: 200, description: 'The report of the live version.', schema: 'Report' },
    problems: [
      'unauthorized',
      'method_not_allowed',
      'rate_limited',
      'internal_error',
      'no_artifact',
      'statistics_unavailable',
    ],
    examples: [
      { name: 'answer', summary: 'A version that was built without a report', expect: 200 },
      {
        name: 'statistics_unavailable',
        summary: 'A deployment whose statistics cannot be read',
        on: 'without statistics',
        expect: 'statistics_unavailable',
      },
    ],
  },
  {
    method: 'get',
    path: '/health',
    id: 'getHealth',
    tag: 'Health',
    summary: 'Does the process run?',
    description: 'For the probe that restarts a process.',
    who: 'anybody',
    answer: { status: 200, description: 'It does.', schema: 'Health' },
    problems: ['not_found', 'method_not_allowed', 'internal_error'],
    examples: [
      { name: 'answer', summary: 'It runs', expect: 200 },
      { name: 'not_found', summary: 'A path that nothing is at', path: '/healthy', expect: 'not_found' },
      {
        name: 'method_not_allowed',
        summary: 'Another method',
        method: 'DELETE',
        expect: 'method_not_allowed',
      },
    ],
  },
  {
    method: 'get',
    path: '/ready',
    id: 'getReadiness',
    tag: 'Health',
    summary: 'Can it answer?',
    description:
      'For the probe that sends traffic: 503 until an artifact is loaded. It also tells where the artifact comes from, how old that knowledge is, and whether something keeps it from being renewed.',
    who: 'anybody',
    answer: { status: 200, description: 'It can.', schema: 'Readiness' },
    problems: ['method_not_allowed', 'internal_error', 'no_artifact'],
    examples: [
      { name: 'answer', summary: 'It answers from the bundled artifact', expect: 200 },
      {
        name: 'no_artifact',
        summary: 'A service without an artifact',
        expect: 'no_artifact',
        on: 'without artifact',
      },
    ],
  },
];

/** Every method of every path, in the order in which the reference tells of them. */
export function operations(known: KnownVersions): Operation[] {
  return [
    voucher,
    batch,
    ...ofrepOperations,
    ...open(known.etags),
    ...versionOperations(known),
    ...runOperations,
  ];
}
