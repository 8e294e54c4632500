import * as z from 'zod/mini';
import { STATUS_OF } from '../../src/api/problem-codes.ts';
import { type ExampleService, TOKEN } from './example-service.ts';
import type { Example, Operation } from './operation.ts';
import { SCHEMAS, type SchemaName } from './schemas.ts';

/** The answer that an example got. */
export interface Recorded {
  example: Example;
  status: number;
  contentType: string | null;
  /** The names of those that mean something to a client. */
  headers: string[];
  /** Parsed JSON; null where there is no body. */
  body: unknown;
}

/** The headers that the reference describes. */
export const HEADERS: Readonly<Record<string, string>> = {
  allow: 'The methods that the path takes.',
  etag: 'Of the bytes of the answer: another one means that the answer has changed.',
  'retry-after': 'Seconds to wait before trying again.',
  'www-authenticate': 'What has to be sent.',
  'x-check-age': 'Whole seconds since it was last confirmed that this is the current artifact.',
  'x-artifact-version': 'Of the artifact that the answer comes from.',
  'x-request-id': 'The id of the request: yours, if you sent one, or a new one. The log has it, too.',
};

/** The address that examples have until the script of a page puts the server's own in its place. */
export const ORIGIN = 'http://localhost:8787';
/** The id of every example's request, which would be another one each time. */
const REQUEST_ID = 'an-id-of-yours';

/** @returns the request of an example. @param origin where to send it */
export function requestOf(operation: Operation, example: Example, origin = ORIGIN): Request {
  const { body } = example;
  const headers = new Headers({ 'x-request-id': REQUEST_ID, ...example.headers });
  if (operation.who === 'operators' && !example.anonymous) headers.set('authorization', `Bearer ${TOKEN}`);
  const isText = typeof body === 'string';
  const type = isText ? (operation.request?.type ?? 'text/plain') : 'application/json';
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', type);
  const text = body === undefined || isText ? body : JSON.stringify(body);
  const method = example.method ?? operation.method.toUpperCase();
  return new Request(origin + (example.path ?? operation.path), {
    method,
    headers,
    ...(text !== undefined && { body: text }),
  });
}

/** Fills in what the service alone knows: its versions, and the ETag of an answer that the client has already. */
async function completed(
  { older, newer, send }: ExampleService,
  operation: Operation,
  { path, ...others }: Example,
): Promise<Example> {
  const example = {
    ...others,
    ...(path !== undefined && { path: path.replaceAll('OLDER', older).replaceAll('NEWER', newer) }),
  };
  if (example.expect !== 304) return example;
  const { headers } = await send(requestOf(operation, example), example.on);
  return { ...example, headers: { 'if-none-match': headers.get('etag') ?? '' } };
}

/**
 * Sends an example to the service.
 *
 * @throws Error when what comes is not what the example is to show, or does not fit the schema that the reference
 *   gives for it: then the reference would be wrong, and is not made
 */
export async function record(
  service: ExampleService,
  operation: Operation,
  asked: Example,
): Promise<Recorded> {
  const example = await completed(service, operation, asked);
  const response = await service.send(requestOf(operation, example), example.on);
  const text = await response.text();
  const contentType = response.headers.get('content-type');
  const body = parseBody(text, contentType);
  const where = `${operation.method} ${operation.path}, example ${example.name}`;
  const expected = typeof example.expect === 'number' ? example.expect : STATUS_OF[example.expect];
  if (response.status !== expected)
    throw new Error(`${where}: expected ${expected}, got ${response.status} ${text}`);
  if (typeof example.expect === 'string') {
    if (!text.includes(`"code":"${example.expect}"`))
      throw new Error(`${where}: expected ${example.expect}, got ${text}`);
    fits('Problem', body, where);
  } else if (example.shows !== undefined && !text.includes(`"code":"${example.shows}"`)) {
    throw new Error(`${where}: expected ${example.shows} in the answer, got ${text}`);
  } else if (response.status === 304) {
    if (body !== null) throw new Error(`${where}: expected no body, got ${text}`);
  } else {
    const failure = operation.failures?.find(({ status }) => status === response.status);
    const { schema } = failure ?? operation.answer;
    if (schema !== null) fits(schema, body, where);
  }
  const headers = Object.keys(HEADERS).filter((name) => response.headers.has(name));
  return { example, status: response.status, contentType, headers, body };
}

/** @returns the JSON of a body, that of application/x-ndjson as an array; null for none */
export function parseBody(text: string, contentType: string | null): unknown {
  if (text === '') return null;
  if (contentType !== 'application/x-ndjson') return JSON.parse(text);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function fits(name: SchemaName, body: unknown, where: string): void {
  const result = z.safeParse(SCHEMAS[name] as z.ZodMiniType, body);
  if (!result.success) throw new Error(`${where}: does not fit ${name}: ${z.prettifyError(result.error)}`);
}
