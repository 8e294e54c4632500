import * as z from 'zod/mini';
import type { CompiledArtifact } from '../../core/decide/compile.ts';
import { type Decision, decide } from '../../core/decide/decide.ts';
import { readPlainRequest, type VoucherRequest, VoucherRequestSchema } from '../../core/decide/request.ts';
import type { BatchTally } from '../../http/batch-tally.ts';
import { entryProblemBody, Problem } from '../../http/problem.ts';
import { invalidRequest, refused } from '../../http/refusals.ts';

/** Answers the entries of one batch, each as POST /voucher would, and counts what became of them. */
export interface EntryAnswerer {
  /** @param value what JSON.parse made of the entry @returns the answer, or `{error}`, as JSON */
  answer(value: unknown): string;
  /** Answers an entry that cannot be read. */
  refuse(problem: Problem): string;
}

/**
 * All entries are answered from one artifact and, without an as_of of their own, for one moment: a batch is one
 * question, even if an artifact is published while it is answered.
 *
 * @param now seconds
 */
export function entryAnswerer(compiled: CompiledArtifact, now: number, tally: BatchTally): EntryAnswerer {
  const write = decisionWriter();

  function refuse(problem: Problem): string {
    tally.refused[problem.code] = (tally.refused[problem.code] ?? 0) + 1;
    return `{"error":${entryProblemBody(problem, tally.entries++)}}`;
  }

  function answer(value: unknown): string {
    const request = readPlainRequest(value) ?? judge(value);
    if (request instanceof Problem) return refuse(request);
    const outcome = decide(compiled, request, now);
    if (!outcome.ok) return refuse(refused(outcome.refusal));
    tally.entries++;
    tally.rungs[outcome.decision.source]++;
    return write(outcome.decision);
  }

  return { answer, refuse };
}

function judge(value: unknown): VoucherRequest | Problem {
  const parsed = z.safeParse(VoucherRequestSchema, value, { reportInput: true });
  return parsed.success ? parsed.data : invalidRequest(parsed.error);
}

/**
 * @returns a function that writes decisions as JSON.stringify does, and keeps what it wrote: the customers of a batch
 *   are many, the answers that an artifact has for them are few, and each of them is one object
 */
export function decisionWriter(): (decision: Decision) => string {
  const written = new WeakMap<Decision, string>();
  return (decision) => {
    let text = written.get(decision);
    if (text === undefined) {
      text = JSON.stringify(decision);
      written.set(decision, text);
    }
    return text;
  };
}
