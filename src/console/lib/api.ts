import type { Issue } from '../../core/issues.ts';
import { parseJson } from '../../core/parse-json.ts';
import { secrets } from './secrets.ts';

/** Why a call has no answer: what the service said (RFC 9457), or that it could not be reached. */
export interface Failure {
  ok: false;
  /** 0 when nothing answered. */
  status: number;
  code: string;
  title: string;
  detail: string;
  requestId: string | null;
  errors: readonly Issue[];
}

export type Result<T> = { ok: true; value: T } | Failure;

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  json?: unknown;
  body?: Blob;
  /** Of what is to be replaced or deleted: if it is another by now, it stays. */
  etag?: string;
  /** Who asks: an operator sends the token, a caller the API key, where they are known. */
  as?: 'operator' | 'caller';
}

/** Long enough for a cold start, short enough for a person who waits. */
const PATIENCE_MS = 20_000;
/** A file may take as long as its line is slow. */
const UPLOAD_PATIENCE_MS = 30 * 60_000;

/** Calls the service that served this page. It never throws. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<Result<T>> {
  const { method = 'GET', json, body, etag, as } = options;
  const headers = new Headers({ accept: 'application/json' });
  if (json !== undefined) headers.set('content-type', 'application/json');
  if (etag !== undefined) headers.set('if-match', `"${etag}"`);
  if (as === 'operator' && secrets.token) headers.set('authorization', `Bearer ${secrets.token}`);
  if (as === 'caller' && secrets.apiKey) headers.set('x-api-key', secrets.apiKey);
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      signal: AbortSignal.timeout(body ? UPLOAD_PATIENCE_MS : PATIENCE_MS),
    });
    text = await response.text();
  } catch (error) {
    return unreachable(error);
  }
  const parsed = response.status === 204 ? null : parseJson(text);
  return response.ok && parsed !== undefined ? { ok: true, value: parsed as T } : problem(response, parsed);
}

/** @returns a failure that no answer tells of */
export function failureOf(code: string, title: string, detail: string): Failure {
  return { ok: false, status: 0, code, title, detail, requestId: null, errors: [] };
}

function unreachable(error: unknown): Failure {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return failureOf(
      'timeout',
      'The service takes too long to answer',
      'It may be busy. Try again in a moment.',
    );
  }
  const detail = 'Check your connection, and that the service is running. Then try again.';
  return failureOf('unreachable', 'The service cannot be reached', detail);
}

/** What came may be a problem of ours, or from a proxy between the browser and the service. */
function problem({ status, headers }: Response, body: unknown): Failure {
  const { code, title, detail, errors } = (typeof body === 'object' && body !== null ? body : {}) as {
    [key: string]: unknown;
  };
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
  return {
    ok: false,
    status,
    code: text(code, 'unexpected'),
    title: text(title, 'The service gave an answer that the console does not understand'),
    detail: text(detail, `It answered with status ${status}. Try again in a moment.`),
    requestId: headers.get('x-request-id'),
    errors: Array.isArray(errors) ? (errors as Issue[]) : [],
  };
}
