import type { ProblemCode } from '../api/problem-codes.ts';
import type { DecisionSource } from '../core/decide/decision.ts';
import type { Decision } from '../core/decide/schema.ts';
import { tidySum } from '../core/sum-money.ts';

/** Counts how the entries of a batch were answered, for its one line in the log. */
export interface BatchTally {
  entries: number;
  /** Answers by where they came from. */
  sources: Record<DecisionSource, number>;
  /** The sum of the amounts that were answered, by currency; "" where countries have none. */
  amounts: Record<string, number>;
  /** Entries without an answer, by the code of their problem. */
  refused: Partial<Record<ProblemCode, number>>;
  /** Whether the client went away, or its body broke off, before the last answer. */
  brokenOff: boolean;
}

export function emptyTally(): BatchTally {
  return {
    entries: 0,
    sources: { segment: 0, country: 0, default: 0 },
    amounts: {},
    refused: {},
    brokenOff: false,
  };
}

export function tallyDecision(tally: BatchTally, decision: Decision): void {
  const currency = currencyOf(decision);
  tally.sources[decision.source]++;
  tally.amounts[currency] = (tally.amounts[currency] ?? 0) + decision.voucher_amount;
}

/** @returns the currency of a decision (ISO 4217), "" where its country has none */
export function currencyOf(decision: Decision): string {
  return decision.currency ?? '';
}

/** @returns a tally as fields of the log; none for a request that is no batch */
export function batchFields(tally: BatchTally | undefined): Record<string, number | boolean> {
  if (tally === undefined) return {};
  const { entries, sources, amounts, refused, brokenOff } = tally;
  const fields: Record<string, number | boolean> = { 'voucher.batch.entries': entries };
  for (const [source, rows] of Object.entries(sources)) fields[`voucher.batch.source.${source}`] = rows;
  for (const [currency, sum] of Object.entries(amounts)) {
    fields[`voucher.batch.amount.${currency || 'none'}`] = tidySum(sum);
  }
  for (const [code, rows] of Object.entries(refused)) fields[`voucher.batch.refused.${code}`] = rows;
  if (brokenOff) fields['voucher.batch.broken_off'] = true;
  return fields;
}
