import type { CompiledArtifact } from '../../core/decide/compile.ts';
import { type Decision, decide } from '../../core/decide/decide.ts';
import { type BatchTally, tallyDecision } from '../../http/batch-tally.ts';
import { entryProblemBody, Problem, refused } from '../../http/problem.ts';
import { readRequest } from '../voucher.ts';

/** Answers the entries of one batch, each as POST /voucher would, and counts what became of them. */
export interface EntryAnswerer {
  /** @param value what JSON.parse made of the entry @returns the answer, or `{error}`, as JSON */
  answer(value: unknown): string;
  /** Answers an entry that cannot be read. */
  refuse(problem: Problem): string;
  /** The characters of all texts that were made: an answer that many customers get is made once. */
  readonly written: number;
}

/**
 * All entries are answered from one artifact and, without an as_of of their own, for one moment: a batch is one
 * question, even if an artifact is published while it is answered.
 *
 * @param now seconds
 */
export function entryAnswerer(compiled: CompiledArtifact, now: number, tally: BatchTally): EntryAnswerer {
  let written = 0;
  const write = decisionWriter((text) => {
    written += text.length;
  });

  function refuse(problem: Problem): string {
    tally.refused[problem.code] = (tally.refused[problem.code] ?? 0) + 1;
    const text = `{"error":${entryProblemBody(problem, tally.entries++)}}`;
    written += text.length;
    return text;
  }

  function answer(value: unknown): string {
    const request = readRequest(value);
    if (request instanceof Problem) return refuse(request);
    const outcome = decide(compiled, request, now);
    if (!outcome.ok) return refuse(refused(outcome.refusal));
    tally.entries++;
    tallyDecision(tally, outcome.decision);
    return write(outcome.decision);
  }

  return {
    answer,
    refuse,
    get written() {
      return written;
    },
  };
}

/** Texts of decisions that are kept: a few hundred bytes each. */
const MOST_TEXTS = 4096;

/**
 * @param made told of each text that is made
 * @returns a function that writes decisions as JSON.stringify does, and keeps what it wrote: the customers of a batch
 *   are many, the answers that an artifact has for them are few
 */
export function decisionWriter(made: (text: string) => void = () => {}): (decision: Decision) => string {
  const kept = new Map<string | null, Map<number, { decision: Decision; text: string }>>();
  let texts = 0;

  function write(decision: Decision): string {
    const ofBand = kept.get(decision.segment);
    const before = ofBand?.get(decision.sample_size);
    if (before !== undefined && isSame(before.decision, decision)) return before.text;
    const text = JSON.stringify(decision);
    made(text);
    if (texts === MOST_TEXTS) {
      kept.clear();
      texts = 0;
    }
    texts++;
    if (ofBand === undefined)
      kept.set(decision.segment, new Map([[decision.sample_size, { decision, text }]]));
    else ofBand.set(decision.sample_size, { decision, text });
    return text;
  }

  return write;
}

function isSame(one: Decision, other: Decision): boolean {
  return (
    one.voucher_amount === other.voucher_amount &&
    one.segment_name === other.segment_name &&
    one.segment === other.segment &&
    one.source === other.source &&
    one.sample_size === other.sample_size &&
    one.artifact_version === other.artifact_version
  );
}
