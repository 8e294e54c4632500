import { example, FLAG, inHeader, inQuery, operationsOf } from './operation.ts';

const IF_NONE_MATCH = inHeader(
  'if-none-match',
  'The ETag of an answer that you have: 304 if it is still the one.',
);
const NAMES = { type: 'array', items: { type: 'string' } };
const UNCHANGED = 'It is still the answer of if-none-match; no body.';
const conditional = operationsOf({ tag: 'Artifact', unchanged: UNCHANGED });
const probe = operationsOf({ tag: 'Health', who: 'anybody' });

const ONE_SEGMENT = '/artifact/segments?segment=tenure_segment';
const unchanged = (path = {}) => example(304, 'The client has it already', { name: 'unchanged', ...path });
const NO_ARTIFACT = example('no_artifact', 'A service without an artifact', { on: 'without artifact' });
const WITHOUT_STATISTICS = 'A deployment whose statistics cannot be read';

/** What answers are made from, and the probes. */
export const artifactOperations = [
  conditional('get', '/artifact', 'getArtifact', {
    summary: 'What is live',
    description:
      'Version, config, range and quality of the data. Its ETag changes when the answer does: If-None-Match gets 304.',
    who: 'anybody',
    parameters: [IF_NONE_MATCH],
    answer: { status: 200, description: 'The artifact without its statistics.', schema: 'Artifact' },
    examples: [example(200, 'The bundled artifact'), unchanged(), NO_ARTIFACT],
  }),
  conditional('get', '/artifact/segments', 'getSegments', {
    summary: 'Every answer there is',
    description:
      'The whole decision table with its statistics, or the tables of some segments. Its ETag changes when the answer does: If-None-Match gets 304.',
    who: 'callers',
    parameters: [
      inQuery('segment', 'A segment to show; all, without.', NAMES),
      inQuery('trend', 'true adds how each band went by period.', FLAG),
      IF_NONE_MATCH,
    ],
    answer: { status: 200, description: 'By country, segment and band.', schema: 'DecisionTable' },
    problems: ['invalid_request'],
    examples: [
      example(200, 'One segment', { path: ONE_SEGMENT }),
      example(200, 'The same, with how it went by period', {
        name: 'trends',
        path: `${ONE_SEGMENT}&trend=true`,
      }),
      unchanged({ path: ONE_SEGMENT }),
      example('unknown_segment', 'A segment that the config does not have', {
        path: '/artifact/segments?segment=shoe_size',
      }),
      example('statistics_unavailable', WITHOUT_STATISTICS, { path: ONE_SEGMENT, on: 'without statistics' }),
    ],
  }),
  conditional('get', '/artifact/report', 'getReport', {
    summary: 'What the build kept for people',
    description:
      'Examples of dropped rows, and what each setting would have reached on rows that it had not seen. Empty unless the artifact was built with --report.',
    who: 'callers',
    parameters: [IF_NONE_MATCH],
    answer: { status: 200, description: 'The report of the live version.', schema: 'Report' },
    examples: [
      example(200, 'A version that was built without a report'),
      example('statistics_unavailable', WITHOUT_STATISTICS, { on: 'without statistics' }),
    ],
  }),
  probe('get', '/health', 'getHealth', {
    summary: 'Does the process run?',
    description: 'For the probe that restarts a process.',
    answer: { status: 200, description: 'It does.', schema: 'Health' },
    examples: [
      example(200, 'It runs'),
      example('not_found', 'A path that nothing is at', { path: '/healthy' }),
      example('method_not_allowed', 'Another method', { method: 'DELETE' }),
    ],
  }),
  probe('get', '/ready', 'getReadiness', {
    summary: 'Can it answer?',
    description:
      'For the probe that sends traffic: 503 until an artifact is loaded. It also says where the artifact comes from, when it was last checked, and what keeps the service from getting the current one.',
    answer: { status: 200, description: 'It can.', schema: 'Readiness' },
    examples: [example(200, 'It answers from the bundled artifact'), NO_ARTIFACT],
  }),
];
