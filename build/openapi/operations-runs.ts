import { UPLOAD_NAME } from '../../src/api/upload-name.ts';
import { example, FLAG, inHeader, inPath, inQuery, operationsOf } from './operation.ts';

const NAME = inPath('name', 'Of the file.', { type: 'string', pattern: UPLOAD_NAME.source });
const CONDITIONS = [
  inHeader(
    'if-match',
    'The etag of the file, in quotation marks: it is changed only if it is still that one.',
  ),
  inHeader('if-none-match', '* stores the file only if no file has its name.'),
];
const RUN = inPath('id', 'Of the run.');
const uploads = operationsOf({ tag: 'Uploads', who: 'operators' });

const JULY = { path: '/uploads/july.csv', body: 'timestamp' };
const JUNE = { path: '/uploads/june.csv' };
const NO_SUCH_RUN = example('not_found', 'No such run', { path: '/runs/run-9' });

/** What operators ask of files on their way in. */
export const runOperations = [
  uploads('get', '/uploads', 'listUploads', {
    summary: 'The files that the artifact is made from',
    description:
      'With what is known of each: whether it has joined the history, is new, is set aside, or cannot be read.',
    answer: { status: 200, description: 'The files.', schema: 'Uploads' },
    examples: [
      example(200, 'One file'),
      example('no_ingestion', 'A deployment without the bindings', { on: 'bare' }),
    ],
  }),
  uploads('put', '/uploads/{name}', 'putUpload', {
    summary: 'Add or replace a file',
    description: 'The file is stored, and a run takes it in after the answer: follow it with GET /runs.',
    parameters: [NAME, ...CONDITIONS, inQuery('reason', 'One line for the history, at most 500 characters.')],
    request: { type: 'text/csv', schema: null },
    answer: { status: 202, description: 'It is stored.', schema: 'Upload' },
    problems: ['no_ingestion', 'body_too_large', 'unsupported_media_type'],
    examples: [
      example(202, 'A file', { ...JULY, headers: { 'content-type': 'text/csv', 'content-length': '9' } }),
      example('invalid_name', 'A name with a blank', { ...JULY, path: '/uploads/my%20export.csv' }),
      example('empty_body', 'A file without a byte', {
        path: JULY.path,
        headers: { 'content-length': '0' },
      }),
      example('precondition_failed', 'A file of this name is there already', {
        ...JUNE,
        headers: { 'content-length': '9', 'if-none-match': '*' },
        body: JULY.body,
      }),
      example('length_required', 'A body of unknown length', JULY),
    ],
  }),
  uploads('post', '/uploads/{name}', 'decideUpload', {
    summary: 'Accept a file that is set aside, or look at it again',
    description:
      'A new file is looked at alone before it joins the history. One that a guard speaks against is set aside until it is accepted or deleted.',
    parameters: [NAME],
    request: { type: 'application/json', schema: 'UploadAction' },
    answer: { status: 202, description: 'The run that takes it in.', schema: 'RunStarted' },
    problems: ['no_ingestion', 'invalid_name'],
    examples: [
      example(202, 'Look again', { ...JUNE, body: { action: 'retry' } }),
      example('conflict', 'A file that is not set aside', { ...JUNE, body: { action: 'accept' } }),
      example('not_found', 'A file that is gone', { path: '/uploads/may.csv', body: { action: 'accept' } }),
    ],
  }),
  uploads('delete', '/uploads/{name}', 'deleteUpload', {
    summary: 'Take a file out',
    description: 'A run makes an artifact without its rows.',
    parameters: [NAME, ...CONDITIONS],
    answer: { status: 204, description: 'It is gone.', schema: null },
    problems: ['no_ingestion', 'invalid_name', 'precondition_failed'],
    examples: [
      example(204, 'A file that is there', JUNE),
      example('not_found', 'A file that is not there', { path: '/uploads/may.csv' }),
    ],
  }),
  uploads('get', '/runs', 'listRuns', {
    summary: 'List runs',
    description: 'The last runs, the newest first, without their steps.',
    answer: { status: 200, description: 'The runs.', schema: 'Runs' },
    problems: ['no_ingestion'],
    examples: [example(200, 'One run')],
  }),
  uploads('post', '/runs', 'startRun', {
    summary: 'Start a run',
    description: 'For files whose notification was lost, or to publish past the guards.',
    parameters: [inQuery('force', 'true publishes past the guards.', FLAG)],
    answer: { status: 202, description: 'The run that will take all files in.', schema: 'RunStarted' },
    problems: ['no_ingestion'],
    examples: [example(202, 'A run')],
  }),
  uploads('get', '/runs/{id}', 'getRun', {
    summary: 'One run and its steps',
    description: 'With attempts and reasons.',
    parameters: [RUN],
    answer: { status: 200, description: 'The run.', schema: 'Run' },
    problems: ['no_ingestion'],
    examples: [example(200, 'A run that was published', { path: '/runs/run-1' }), NO_SUCH_RUN],
  }),
  uploads('delete', '/runs/{id}', 'endRun', {
    summary: 'End a run',
    description:
      'A run that waits, is under way or is stuck ends as failed; one that has published keeps that ending. A run that has ended stays as it is.',
    parameters: [RUN],
    answer: { status: 200, description: 'The run as it then is.', schema: 'Run' },
    problems: ['no_ingestion'],
    examples: [example(200, 'A run', { path: '/runs/run-1' }), NO_SUCH_RUN],
  }),
];
