import * as z from 'zod/mini';
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
  numbers: z
    ._default(
      z
        .strictObject({
          decimal: z
            ._default(z.enum(DECIMAL_MARKS), PLAIN_NUMBERS.decimal)
            .check(z.describe('The mark before the fraction.')),
          grouping: z
            ._default(z.enum(GROUPING_MARKS), PLAIN_NUMBERS.grouping)
            .check(z.describe('The mark between groups of three digits; "" for none.')),
          currency_signs: z
            ._default(z.array(Sign).check(z.maxLength(20)), [])
            .check(z.describe('What may come before or after an amount, such as "€" or "EUR".')),
        })
        .check(
          z.refine(({ decimal, grouping }) => (decimal as string) !== grouping, {
            error: 'expected two different marks for `decimal` and `grouping`',
          }),
        ),
      { ...PLAIN_NUMBERS, currency_signs: [] },
    )
    .check(z.describe('How total_orders and voucher_amount are written. One column has one format.')),
  times: z
    ._default(
      z.strictObject({
        format: z
          ._default(z.enum(TIME_FORMATS), 'iso')
          .check(z.describe('A form of time that is read besides YYYY-MM-DD HH:MM:SS and its like.')),
      }),
      { format: 'iso' },
    )
    .check(z.describe('How times are written.')),
};

/** How the history writes numbers and times. */
export interface ReadingConfig {
  numbers: NumberFormat;
  times: { format: TimeFormat };
}
