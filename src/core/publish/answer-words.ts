import type { DecisionSource } from '../decide/decision.ts';
import { readable } from '../words.ts';
import type { AnswerChange } from './comparison.ts';

/** @returns who would get what: "Peru, recency_segment 61-90 would get 31.94, from 40 rows, instead of 0, the default" */
export function answerWords({
  country,
  segment,
  band,
  amount,
  currency,
  source,
  rows,
}: AnswerChange): string {
  const isPlain = source.before === 'segment' && source.after === 'segment';
  const from = (origin: DecisionSource | null, count: number) =>
    isPlain || origin === null ? '' : `, ${ORIGINS[origin](readable(count))}`;
  const after = amountWords(amount.after, currency.after) + from(source.after, rows.after);
  const before = amountWords(amount.before, currency.before) + from(source.before, rows.before);
  const who = `${country ?? 'any other country'}, ${segment} ${band ?? 'in no band'}`;
  return `${who} would get ${after}${isPlain ? '' : ','} instead of ${before}`;
}

const ORIGINS: Readonly<Record<DecisionSource, (rows: string) => string>> = {
  segment: (rows) => `from ${rows} rows`,
  country: (rows) => `from the ${rows} rows of the country`,
  default: () => 'the default',
};

/** @returns an amount with its currency, where that is known */
export function amountWords(value: number | null, currency: string | null = null): string {
  const number = value === null ? 'none' : readable(Number(value.toFixed(2)));
  return value === null || currency === null ? number : `${number} ${currency}`;
}
