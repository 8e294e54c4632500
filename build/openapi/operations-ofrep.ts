import { example, inHeader, inPath, operationsOf } from './operation.ts';

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
const ALL = '/ofrep/v1/evaluate/flags';
const evaluation = operationsOf({
  tag: 'OpenFeature',
  who: 'callers',
  request: { type: 'application/json', schema: 'EvaluationRequest' },
});

/** What OpenFeature SDKs ask. */
export const ofrepOperations = [
  evaluation('post', `${ALL}/{key}`, 'evaluateFlag', {
    summary: 'One flag: how much to give a customer by a segment',
    description:
      'What an OFREP provider of a server calls. The value of the flag is the amount, its variant the band or combination. The context has the fields of POST /voucher, with targetingKey for customer_id.',
    parameters: [inPath('key', 'A segment of the config, or an alias of one.')],
    answer: { status: 200, description: 'The evaluation.', schema: 'Evaluation' },
    failures: [
      FAILURE,
      { status: 404, description: 'FLAG_NOT_FOUND: there is no such segment.', schema: 'EvaluationFailure' },
    ],
    examples: [
      example(200, 'A customer of Peru, three months after the last order', {
        name: 'evaluation',
        path: `${ALL}/recency_segment`,
        body: { context: CONTEXT },
      }),
      example(400, 'A context without targetingKey', {
        name: 'TARGETING_KEY_MISSING',
        path: `${ALL}/recency_segment`,
        body: { context: { country_code: 'Peru' } },
      }),
      example(404, 'A segment that the config does not have', {
        name: 'FLAG_NOT_FOUND',
        path: `${ALL}/shoe_size`,
        body: { context: CONTEXT },
      }),
    ],
  }),
  evaluation('post', ALL, 'evaluateFlags', {
    summary: 'All flags: how much by each segment',
    description:
      'What an OFREP provider of a browser calls. Every segment of the config is evaluated; one that the context has no fields for has an error of its own. The ETag is that of the answers: If-None-Match gets 304 while they are the same.',
    parameters: [inHeader('if-none-match', 'The ETag of answers that you have.')],
    answer: {
      status: 200,
      description: 'An evaluation or a failure for each segment.',
      schema: 'BulkEvaluation',
    },
    unchanged: 'The answers are still those of if-none-match; no body.',
    failures: [FAILURE],
    examples: [
      example(200, 'A customer of Peru; tenure needs first_order_ts', {
        name: 'evaluations',
        body: { context: CONTEXT },
      }),
      example(400, 'A body that is not JSON', { name: 'PARSE_ERROR', body: '{"context": {' }),
    ],
  }),
];
