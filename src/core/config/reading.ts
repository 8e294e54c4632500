import * as z from 'zod/mini';
import { described } from '../described.ts';
import { DECIMAL_MARKS, GROUPING_MARKS, type NumberFormat, PLAIN_NUMBERS } from '../fields/numbers.ts';
import { TIME_FORMATS, type TimeFormat } from '../fields/times.ts';

const Sign = z.string().check(
  z.maxLength(10),
  z.refine((sign) => /^[^\s\d.,+-][^\s\d,+-]{0,9}$/u.test(sign), {
    error: 'expected a sign such as "€" or "EUR", without digits and marks of numbers',
  }),
);

/** How the history writes numbers and times; the rules of a build, of scoring, of the doctor and of ingestion alike. */
export const reading = {
  numbers: described(
    z._default(
      z
        .strictObject({
          decimal: described(
            z._default(z.enum(DECIMAL_MARKS), PLAIN_NUMBERS.decimal),
            'The mark before the fraction.',
          ),
          grouping: described(
            z._default(z.enum(GROUPING_MARKS), PLAIN_NUMBERS.grouping),
            'The mark between groups of three digits; "" for none.',
          ),
          currency_signs: described(
            z._default(z.array(Sign).check(z.maxLength(20)), []),
            'What may come before or after an amount, such as "€" or "EUR".',
          ),
        })
        .check(
          z.refine(({ decimal, grouping }) => (decimal as string) !== grouping, {
            error: 'expected two different marks for `decimal` and `grouping`',
          }),
        ),
      { ...PLAIN_NUMBERS, currency_signs: [] },
    ),
    'How total_orders and voucher_amount are written. One column has one format.',
  ),
  times: described(
    z._default(
      z.strictObject({
        format: described(
          z._default(z.enum(TIME_FORMATS), 'iso'),
          'A form of time that is read besides YYYY-MM-DD HH:MM:SS and its like.',
        ),
      }),
      { format: 'iso' },
    ),
    'How times are written.',
  ),
};

/** How the history writes numbers and times. */
export interface ReadingConfig {
  numbers: NumberFormat;
  times: { format: TimeFormat };
}
