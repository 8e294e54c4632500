import type { Operation } from './operation.ts';

const CONTEXT = {
  targetingKey: '123',
  country_code: 'Peru',
  last_order_ts: '2026-03-30 10:12:13',
  total_orders: 15,
  as_of: '2026-07-01',
};
const FAILURE = {
  status: 400,
  description: 'PARSE_ERROR, INVALID_CONTEXT or TARGETING_KEY_MISSING: the context cannot be decided by.',
  schema: 'EvaluationFailure',
} as const;
const PROBLEMS = [
  'unauthorized',
  'method_not_allowed',
  'rate_limited',
  'internal_error',
  'no_artifact',
] as const;
const REQUEST = { type: 'application/json', schema: 'EvaluationRequest' } as const;

/** What OpenFeature SDKs ask. */
export const ofrepOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/ofrep/v1/evaluate/flags/{key}',
    id: 'evaluateFlag',
    tag: 'OpenFeature',
    summary: 'One flag: how much to give a customer by a segment',
    description:
      'What an OFREP provider of a server calls. The value of the flag is the amount, its variant the band or combination. The context has the fields of POST /voucher, with targetingKey for customer_id.',
    who: 'callers',
    parameters: [
      {
        name: 'key',
        in: 'path',
        description: 'A segment of the config, or an alias of one.',
        required: true,
      },
    ],
    request: REQUEST,
    answer: { status: 200, description: 'The evaluation.', schema: 'Evaluation' },
    failures: [
      FAILURE,
      { status: 404, description: 'FLAG_NOT_FOUND: there is no such segment.', schema: 'EvaluationFailure' },
    ],
    problems: PROBLEMS,
    examples: [
      {
        name: 'evaluation',
        summary: 'A customer of Peru, three months after the last order',
        path: '/ofrep/v1/evaluate/flags/recency_segment',
        body: { context: CONTEXT },
        expect: 200,
      },
      {
        name: 'TARGETING_KEY_MISSING',
        summary: 'A context without targetingKey',
        path: '/ofrep/v1/evaluate/flags/recency_segment',
        body: { context: { country_code: 'Peru' } },
        expect: 400,
      },
      {
        name: 'FLAG_NOT_FOUND',
        summary: 'A segment that the config does not have',
        path: '/ofrep/v1/evaluate/flags/shoe_size',
        body: { context: CONTEXT },
        expect: 404,
      },
    ],
  },
  {
    method: 'post',
    path: '/ofrep/v1/evaluate/flags',
    id: 'evaluateFlags',
    tag: 'OpenFeature',
    summary: 'All flags: how much by each segment',
    description:
      'What an OFREP provider of a browser calls. Every segment of the config is evaluated; one that the context has no fields for has an error of its own. The ETag is that of the answers: If-None-Match gets 304 while they are the same.',
    who: 'callers',
    parameters: [{ name: 'if-none-match', in: 'header', description: 'The ETag of answers that you have.' }],
    request: REQUEST,
    answer: {
      status: 200,
      description: 'An evaluation or a failure for each segment.',
      schema: 'BulkEvaluation',
    },
    unchanged: 'The answers are still those of if-none-match; no body.',
    failures: [FAILURE],
    problems: PROBLEMS,
    examples: [
      {
        name: 'evaluations',
        summary: 'A customer of Peru; tenure needs first_order_ts',
        body: { context: CONTEXT },
        expect: 200,
      },
      { name: 'PARSE_ERROR', summary: 'A body that is not JSON', body: '{"context": {', expect: 400 },
    ],
  },
];
