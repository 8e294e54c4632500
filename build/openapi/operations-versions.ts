import { VERSION } from '../../src/core/artifact/version.ts';
import { example, inQuery, operationsOf } from './operation.ts';

const OF_VERSION = { type: 'string', pattern: VERSION.source };
const NO_VERSION = '0'.repeat(16);
const OF_VERSIONS = { tag: 'Versions', who: 'operators' } as const;
const versions = operationsOf(OF_VERSIONS);
const move = operationsOf({
  ...OF_VERSIONS,
  answer: { status: 200, description: 'The pointer as it is now.', schema: 'Moved' },
});

/** What operators ask of versions. The two that are stored are called OLDER and NEWER. */
export const versionOperations = [
  versions('get', '/versions', 'listVersions', {
    summary: 'What was live when',
    description: 'The pointer, its moves with the newest first, and the versions that are stored.',
    answer: { status: 200, description: 'All that is known of the versions.', schema: 'Versions' },
    examples: [
      example(200, 'Two versions, the second is live'),
      example('unauthorized', 'No token', { anonymous: true }),
      example('admin_closed', 'A deployment without ADMIN_TOKEN', { on: 'limited' }),
      example('no_versions', 'A deployment without KV', { on: 'bare' }),
      example('storage_unavailable', 'KV does not answer', { on: 'broken storage' }),
    ],
  }),
  versions('get', '/versions/diff', 'compareVersions', {
    summary: 'What moves between two versions',
    description:
      'Answers, cells and money that move, and what the guards say of it. Without a query it compares what is live with what was live before, and needs no token: only a key where callers need one.',
    parameters: [
      inQuery('from', 'The version before.', OF_VERSION),
      inQuery('to', 'The version after.', OF_VERSION),
    ],
    answer: { status: 200, description: 'The comparison.', schema: 'Comparison' },
    problems: ['no_versions', 'statistics_unavailable'],
    examples: [
      example(200, 'What is live, without a token', { name: 'live', anonymous: true }),
      example('conflict', 'Nothing was live before', { anonymous: true, on: 'without versions' }),
      example(200, 'One cell moves', { path: '/versions/diff?from=OLDER&to=NEWER' }),
      example('unknown_version', 'A version that is not stored', {
        path: `/versions/diff?from=NEWER&to=${NO_VERSION}`,
      }),
      example('invalid_request', 'No version', { path: '/versions/diff?from=NEWER' }),
    ],
  }),
  versions('get', '/guards', 'getGuards', {
    summary: 'What the guards say of what is live',
    description:
      'Each guard of the config, and whether what is live passes it, compared with what was live before. It needs no admin token.',
    who: 'callers',
    answer: { status: 200, description: 'What each guard says.', schema: 'Guards' },
    problems: ['statistics_unavailable', 'storage_unavailable', 'unknown_version'],
    examples: [
      example(200, 'Compared with what was live before'),
      example(200, 'A deployment without versions', { name: 'alone', on: 'bare' }),
      example('invalid_request', 'A parameter that it does not have', { path: '/guards?version=1' }),
    ],
  }),
  move('post', '/rollback', 'rollBack', {
    summary: 'Go back to an earlier version, and hold it',
    description:
      'Makes a stored version live: the one that is named, or the one that was live before the one that is rolled back from. It is held until POST /release: neither an upload nor a publish replaces it.',
    request: { type: 'application/json', schema: 'Rollback', optional: true },
    problems: ['no_versions'],
    examples: [
      example(200, 'To the version before', { body: { reason: 'the amounts for Peru were wrong' } }),
      example('unknown_version', 'A version that is not stored', { body: { version: NO_VERSION } }),
      example('invalid_request', 'Something else than a version', { body: { version: 'yesterday' } }),
      example('conflict', 'There is nothing to go back to', { body: {}, on: 'without versions' }),
    ],
  }),
  move('post', '/hold', 'hold', {
    summary: 'Hold what is live, or another version',
    description: 'Nothing is published over a held version. Runs go on, and end as held.',
    request: { type: 'application/json', schema: 'Hold', optional: true },
    problems: ['no_versions', 'unknown_version', 'conflict'],
    examples: [example(200, 'What is live', { body: { reason: 'a campaign runs until Friday' } })],
  }),
  move('post', '/release', 'release', {
    summary: 'Release what is held',
    description: 'From then on publishing works again, and a run takes in what was held back.',
    request: { type: 'application/json', schema: 'Release', optional: true },
    problems: ['no_versions'],
    examples: [
      example(200, 'What is held', { body: { reason: 'the campaign is over' }, on: 'held' }),
      example('conflict', 'Nothing is held'),
    ],
  }),
];
