import type { ProblemCode } from '../api/problem-codes.ts';
import type { Rung } from '../core/decide/decide.ts';

/** What became of the entries of a batch, for its one line in the log. */
export interface BatchTally {
  entries: number;
  /** Answers by the rung that they came from. */
  rungs: Record<Rung, number>;
  /** Entries without an answer, by the code of their problem. */
  refused: Partial<Record<ProblemCode, number>>;
  /** Whether the client went away, or its body broke off, before the last answer. */
  brokenOff: boolean;
}

export function emptyTally(): BatchTally {
  return { entries: 0, rungs: { segment: 0, country: 0, default: 0 }, refused: {}, brokenOff: false };
}

/** @returns a tally as fields of the log; none for a request that is no batch */
export function batchFields(tally: BatchTally | undefined): Record<string, number | boolean> {
  if (tally === undefined) return {};
  const { entries, rungs, refused, brokenOff } = tally;
  const fields: Record<string, number | boolean> = { 'voucher.batch.entries': entries };
  for (const [rung, rows] of Object.entries(rungs)) fields[`voucher.batch.rung.${rung}`] = rows;
  for (const [code, rows] of Object.entries(refused)) fields[`voucher.batch.refused.${code}`] = rows;
  if (brokenOff) fields['voucher.batch.broken_off'] = true;
  return fields;
}
