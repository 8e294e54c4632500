import type { Issue } from '../core/issues.ts';

/** Every way in which a request can fail: the stable `code` that clients may branch on, its status and its title. */
export const CATALOGUE = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_name: { status: 400, title: 'The name is not one that an upload may have' },
  empty_body: { status: 400, title: 'The body is empty' },
  unauthorized: { status: 401, title: 'The request does not carry a key or token that is known' },
  admin_closed: { status: 403, title: 'This deployment has no admin routes' },
  not_found: { status: 404, title: 'There is nothing at this path' },
  unknown_version: { status: 404, title: 'There is no such version' },
  method_not_allowed: { status: 405, title: 'The path does not take this method' },
  length_required: { status: 411, title: 'The length of the body is not announced' },
  body_too_large: { status: 413, title: 'The body is too large' },
  batch_too_large: { status: 413, title: 'The batch has too many entries' },
  line_too_long: { status: 413, title: 'The line is too long' },
  unsupported_media_type: { status: 415, title: 'The body is not said to be JSON' },
  invalid_request: { status: 422, title: 'The request does not fit the schema' },
  unknown_segment: { status: 422, title: 'There is no such segment' },
  missing_field: { status: 422, title: 'The segment needs a field that is missing' },
  order_in_future: { status: 422, title: 'The order is later than the moment to decide for' },
  rate_limited: { status: 429, title: 'There are too many requests' },
  internal_error: { status: 500, title: 'The service failed' },
  no_versions: { status: 501, title: 'This deployment keeps no versions' },
  no_ingestion: { status: 501, title: 'This deployment takes no uploads' },
  storage_unavailable: { status: 503, title: 'The storage does not answer' },
  no_artifact: { status: 503, title: 'No artifact is loaded' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof CATALOGUE;

export interface ProblemOptions {
  /** What is wrong with the body, by path. */
  errors?: readonly Issue[];
  /** Headers that go with the status, such as Allow. */
  headers?: Readonly<Record<string, string>>;
  /** What led to it; it is logged and never sent. */
  cause?: unknown;
}

/** Why a request has no answer. Thrown anywhere; one place turns it into a response: {@link problemBody}. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly Issue[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  /** @param detail a sentence for the reader of this one response: what was expected, what came, what to do */
  constructor(code: ProblemCode, detail: string, { errors, headers, cause }: ProblemOptions = {}) {
    super(detail, { cause });
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }
}

/** The problem with one entry of a batch, as it stands in the answer. */
export interface EntryProblem {
  title: string;
  status: number;
  code: ProblemCode;
  detail: string;
  /** The position of the entry among the answers, from 0. */
  index: number;
  errors?: readonly Issue[];
}

/** @returns the problem with one entry of a batch as JSON: the batch is one request, and has the one id of its header */
export function entryProblemBody({ code, status, message, errors }: Problem, index: number): string {
  const { title } = CATALOGUE[code];
  const problem: EntryProblem = { title, status, code, detail: message, index, ...(errors && { errors }) };
  return JSON.stringify(problem);
}

/** @returns the problem of RFC 9457 as JSON; without `type` it is about:blank */
export function problemBody({ code, status, message, errors }: Problem, requestId: string): string {
  const { title } = CATALOGUE[code];
  return JSON.stringify({ title, status, code, detail: message, request_id: requestId, errors });
}
