import { AS_OPERATOR, type Operation } from './operation.ts';

export interface KnownVersions {
  older: string;
  newer: string;
  /** Of two answers that are read again: GET /artifact, and GET /artifact/segments of {@link ONE_SEGMENT}. */
  etags: { artifact: string; segments: string };
}

export const ONE_SEGMENT = '/artifact/segments?segment=volume_segment';

const VERSION = '^[0-9a-f]{16}$';

const ADMIN = [
  'unauthorized',
  'admin_closed',
  'method_not_allowed',
  'invalid_request',
  'internal_error',
  'no_versions',
  'storage_unavailable',
] as const;

const BODY = ['malformed_json', 'body_too_large', 'unsupported_media_type', 'invalid_request'] as const;

/** What operators ask of versions. @param known the two that the examples tell of */
export function versionOperations({ older, newer }: KnownVersions): Operation[] {
  return [
    {
      method: 'get',
      path: '/versions',
      id: 'listVersions',
      tag: 'Versions',
      summary: 'What was live when',
      description: 'The pointer, its moves with the newest first, and the versions that are stored.',
      who: 'operators',
      answer: { status: 200, description: 'All that is known of the versions.', schema: 'Versions' },
      problems: ADMIN,
      examples: [
        { name: 'answer', summary: 'Two versions, the second is live', headers: AS_OPERATOR, expect: 200 },
        { name: 'unauthorized', summary: 'No token', expect: 'unauthorized' },
        {
          name: 'admin_closed',
          summary: 'A deployment without ADMIN_TOKEN',
          headers: AS_OPERATOR,
          expect: 'admin_closed',
          on: 'limited',
        },
        {
          name: 'no_versions',
          summary: 'A deployment without KV',
          headers: AS_OPERATOR,
          expect: 'no_versions',
          on: 'bare',
        },
        {
          name: 'storage_unavailable',
          summary: 'KV does not answer',
          headers: AS_OPERATOR,
          expect: 'storage_unavailable',
          on: 'broken storage',
        },
      ],
    },
    {
      method: 'get',
      path: '/versions/diff',
      id: 'compareVersions',
      tag: 'Versions',
      summary: 'What moves between two versions',
      description:
        'Answers, cells and money that move, and what the guards say of it. Without a query it compares what is live with what was live before, and needs no token: only a key where callers need one.',
      who: 'operators',
      parameters: [
        { name: 'from', in: 'query', description: 'The version before.', pattern: VERSION },
        { name: 'to', in: 'query', description: 'The version after.', pattern: VERSION },
      ],
      answer: { status: 200, description: 'The comparison.', schema: 'Comparison' },
      problems: [...ADMIN, 'unknown_version', 'conflict', 'statistics_unavailable'],
      examples: [
        { name: 'live', summary: 'What is live, without a token', expect: 200 },
        {
          name: 'conflict',
          summary: 'Nothing was live before',
          expect: 'conflict',
          on: 'without versions',
        },
        {
          name: 'answer',
          summary: 'One cell moves',
          path: `/versions/diff?from=${older}&to=${newer}`,
          headers: AS_OPERATOR,
          expect: 200,
        },
        {
          name: 'unknown_version',
          summary: 'A version that is not stored',
          path: `/versions/diff?from=${newer}&to=${'0'.repeat(16)}`,
          headers: AS_OPERATOR,
          expect: 'unknown_version',
        },
        {
          name: 'invalid_request',
          summary: 'No version',
          path: `/versions/diff?from=${newer}`,
          headers: AS_OPERATOR,
          expect: 'invalid_request',
        },
      ],
    },
    {
      method: 'get',
      path: '/guards',
      id: 'getGuards',
      tag: 'Versions',
      summary: 'What the guards say of what is live',
      description:
        'Each guard of the config, and whether what is live passes it, compared with what was live before. It needs no admin token.',
      who: 'callers',
      answer: { status: 200, description: 'What each guard says.', schema: 'Guards' },
      problems: [
        'unauthorized',
        'rate_limited',
        'method_not_allowed',
        'invalid_request',
        'internal_error',
        'no_artifact',
        'statistics_unavailable',
        'storage_unavailable',
        'unknown_version',
      ],
      examples: [
        { name: 'answer', summary: 'Compared with what was live before', expect: 200 },
        { name: 'alone', summary: 'A deployment without versions', expect: 200, on: 'bare' },
        {
          name: 'invalid_request',
          summary: 'A parameter that it does not have',
          path: '/guards?version=1',
          expect: 'invalid_request',
        },
      ],
    },
    {
      method: 'post',
      path: '/rollback',
      id: 'rollBack',
      tag: 'Versions',
      summary: 'Go back to an earlier version, and hold it',
      description:
        'Makes a stored version live: the one that is named, or the one that was live before the one that is rolled back from. It is held until POST /release: neither an upload nor a publish replaces it.',
      who: 'operators',
      request: { type: 'application/json', schema: 'Rollback' },
      answer: { status: 200, description: 'The pointer as it is now.', schema: 'Moved' },
      problems: [...ADMIN, ...BODY, 'unknown_version', 'conflict'],
      examples: [
        {
          name: 'answer',
          summary: 'To the version before',
          headers: AS_OPERATOR,
          body: { reason: 'the amounts for Peru were wrong' },
          expect: 200,
        },
        {
          name: 'unknown_version',
          summary: 'A version that is not stored',
          headers: AS_OPERATOR,
          body: { version: '0'.repeat(16) },
          expect: 'unknown_version',
        },
        {
          name: 'invalid_request',
          summary: 'Something else than a version',
          headers: AS_OPERATOR,
          body: { version: 'yesterday' },
          expect: 'invalid_request',
        },
        {
          name: 'conflict',
          summary: 'There is nothing to go back to',
          headers: AS_OPERATOR,
          body: {},
          expect: 'conflict',
          on: 'without versions',
        },
      ],
    },
    {
      method: 'post',
      path: '/hold',
      id: 'hold',
      tag: 'Versions',
      summary: 'Hold what is live, or another version',
      description: 'Nothing is published over a held version. Runs go on, and end as held.',
      who: 'operators',
      request: { type: 'application/json', schema: 'Hold' },
      answer: { status: 200, description: 'The pointer as it is now.', schema: 'Moved' },
      problems: [...ADMIN, ...BODY, 'unknown_version', 'conflict'],
      examples: [
        {
          name: 'answer',
          summary: 'What is live',
          headers: AS_OPERATOR,
          body: { reason: 'a campaign runs until Friday' },
          expect: 200,
        },
      ],
    },
    {
      method: 'post',
      path: '/release',
      id: 'release',
      tag: 'Versions',
      summary: 'Release what is held',
      description: 'From then on publishing works again, and a run takes in what was held back.',
      who: 'operators',
      request: { type: 'application/json', schema: 'Release' },
      answer: { status: 200, description: 'The pointer as it is now.', schema: 'Moved' },
      problems: [...ADMIN, ...BODY, 'conflict'],
      examples: [
        {
          name: 'conflict',
          summary: 'Nothing is held',
          headers: AS_OPERATOR,
          body: {},
          expect: 'conflict',
        },
      ],
    },
  ];
}
