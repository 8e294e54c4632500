import type * as z from 'zod/mini';
import type { EntryProblem, ServiceProblem } from '../api/problem.ts';
import { PHRASES, type ProblemCode, STATUS_OF } from '../api/problem-codes.ts';
import type { Refusal } from '../core/decide/decide.ts';
import { explainIssues, firstIssue, type Issue } from '../core/issues.ts';

interface ProblemOptions {
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

  get status(): (typeof STATUS_OF)[ProblemCode] {
    return STATUS_OF[this.code];
  }
}

/**
 * @param where the id of its request, or its place in a batch
 * @returns the problem of RFC 9457 as JSON; without `type` it is about:blank, and its title is the status phrase
 */
export function problemBody(
  { code, message, errors }: Problem,
  where: Pick<ServiceProblem, 'request_id'> | Pick<EntryProblem, 'index'>,
): string {
  const status = STATUS_OF[code];
  const title = PHRASES[status];
  const problem: ServiceProblem | EntryProblem = { title, status, code, detail: message, ...where, errors };
  return JSON.stringify(problem);
}

/** @returns the problem with a request that does not fit a schema; its detail is the first issue */
export function invalidRequest(error: z.core.$ZodError): Problem {
  const errors = explainIssues(error);
  return new Problem('invalid_request', firstIssue(errors, 'the body'), { errors });
}

/** @returns the problem with one parameter of the query or one field */
export function invalidField(path: string, message: string): Problem {
  const errors = [{ path, message }];
  return new Problem('invalid_request', firstIssue(errors, 'the body'), { errors });
}

/** @returns the problem with a request that fits the schema and gets no decision */
export function refused({ code, path, message }: Refusal): Problem {
  return new Problem(code, message, { errors: [{ path, message }] });
}
