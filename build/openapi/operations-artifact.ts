import type { Operation, Parameter } from './operation.ts';
import { type KnownVersions, ONE_SEGMENT } from './operations-versions.ts';

const IF_NONE_MATCH: Parameter = {
  name: 'if-none-match',
  in: 'header',
  description: 'The ETag of an answer that you have: 304 if it is still the one.',
};
const having = (etag: string) => ({ 'if-none-match': etag });
const UNCHANGED = 'It is still the answer of if-none-match; no body.';

/** What answers are made from, and the probes. @param etags of the answers that the examples know already */
export const artifactOperations = (etags: KnownVersions['etags']): Operation[] => [
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
      'For the probe that sends traffic: 503 until an artifact is loaded. It also says where the artifact comes from, when it was last checked, and what keeps the service from getting the current one.',
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
