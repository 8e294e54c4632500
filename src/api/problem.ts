import * as z from 'zod/mini';
import { described } from '../core/described.ts';
import { Count } from '../core/wire-fields.ts';
import { type ProblemCode, STATUS_OF } from './problem-codes.ts';

const problem = {
  title: described(z.string(), 'The phrase of the status.'),
  status: z.int(),
  code: described(
    z.enum(Object.keys(STATUS_OF) as [ProblemCode, ...ProblemCode[]]),
    'Stable: what programs branch on.',
  ),
  detail: described(z.string(), 'What is wrong, and what to do.'),
  errors: z.optional(
    described(
      z.readonly(z.array(z.strictObject({ path: z.string(), message: z.string() }))),
      'What is wrong with the body or a parameter, by path.',
    ),
  ),
};

/** Why a request has no answer: the problem details of RFC 9457. */
export const ProblemSchema = z.strictObject({
  ...problem,
  request_id: described(z.string(), 'The log has more under this id.'),
});
export type ServiceProblem = z.infer<typeof ProblemSchema>;

/** Why an entry of a batch has no answer. The batch is one request, and has the one id of its header. */
export const EntryProblemSchema = z.strictObject({
  ...problem,
  index: described(Count, 'The position of the entry among the answers, from 0.'),
});
export type EntryProblem = z.infer<typeof EntryProblemSchema>;
