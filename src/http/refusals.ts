import type * as z from 'zod/mini';
import type { Refusal } from '../core/decide/decide.ts';
import { explainIssues } from '../core/issues.ts';
import { Problem } from './problem.ts';

/** @returns the problem with a request that does not fit VoucherRequestSchema; its detail is the first issue */
export function invalidRequest(error: z.core.$ZodError): Problem {
  const errors = explainIssues(error);
  const [first] = errors;
  return new Problem('invalid_request', `${first?.path || 'the body'}: ${first?.message}`, { errors });
}

/** @returns the problem with a request that fits the schema and gets no decision */
export function refused({ code, path, message }: Refusal): Problem {
  return new Problem(code, message, { errors: [{ path, message }] });
}
