import type { CompiledArtifact } from '../../core/decide/compile.ts';
import { decide } from '../../core/decide/decide.ts';
import type { Decision } from '../../core/decide/schema.ts';
import { oncePer } from '../../core/once-per.ts';
import { type BatchTally, tallyDecision } from '../../http/batch-tally.ts';
import { Problem, problemBody, refused } from '../../http/problem.ts';
import { REFUSAL, Turns } from '../../http/turns.ts';
import { readRequest } from '../voucher.ts';

/** Answers the entries of one batch, each as POST /voucher would, and counts how. */
export interface EntryAnswerer {
  /** @param value what JSON.parse made of the entry @returns the answer, or `{error}`, as JSON */
  answer(value: unknown): string;
  /** Answers an entry that cannot be read. @param index of the entry; as it is not said, of the next one */
  refuse(problem: Problem, index?: number): string;
  /** The characters of all texts that were made: an answer that many customers get is made once. */
  readonly written: number;
  /** What was answered is spent of it. */
  readonly turns: Turns;
}

/**
 * All entries are answered from one artifact and, without an as_of of their own, for one moment: a batch is one
 * question, even if an artifact is published while it is answered.
 *
 * @param nowSeconds the moment of requests without an as_of
 */
export function entryAnswerer(
  compiled: CompiledArtifact,
  nowSeconds: number,
  tally: BatchTally,
): EntryAnswerer {
  const turns = new Turns();
  let written = 0;
  const write = oncePer((decision: Decision) => {
    const text = JSON.stringify(decision);
    written += text.length;
    return text;
  });

  function refuse(problem: Problem, index = tally.entries++): string {
    turns.spend(REFUSAL);
    tally.refused[problem.code] = (tally.refused[problem.code] ?? 0) + 1;
    const text = `{"error":${problemBody(problem, { index })}}`;
    written += text.length;
    return text;
  }

  function answer(value: unknown): string {
    const request = readRequest(value);
    if (request instanceof Problem) return refuse(request);
    const outcome = decide(compiled, request, nowSeconds);
    if (!outcome.ok) return refuse(refused(outcome.refusal));
    turns.spend(1);
    tally.entries++;
    tallyDecision(tally, outcome.decision);
    return write(outcome.decision);
  }

  return {
    answer,
    refuse,
    turns,
    get written() {
      return written;
    },
  };
}
