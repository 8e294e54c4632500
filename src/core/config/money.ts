import * as z from 'zod/mini';
import { described } from '../described.ts';
import { show } from '../issues.ts';
import { isCurrency, NEAREST_GIVEN_AMOUNT } from '../money.ts';

const Amount = z.number().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER));

const Currency = z.string().check(
  z.refine((code) => typeof code === 'string' && isCurrency(code), {
    error: ({ input }) => `expected the ISO 4217 code of a currency, such as "EUR", got ${advice(input)}`,
  }),
  z.meta({ pattern: '^[A-Z]{3}$' }),
);

/** What is wrong with a code, and what it should be where that is clear. */
function advice(input: unknown): string {
  const code = typeof input === 'string' ? input.trim().toUpperCase() : '';
  return code !== input && isCurrency(code) ? `${show(input)}: write "${code}"` : show(input);
}

const RoundTo = z.union([
  z.number().check(z.gte(0.000_001), z.lte(1_000_000)),
  z.literal(NEAREST_GIVEN_AMOUNT),
]);

/** The money of all countries that have none of their own: keys of `amount` in a config. */
export const amountMoney = {
  round_to: described(
    z._default(RoundTo, 0.01),
    'Served amounts are rounded to a multiple of this, or with "nearest_given_amount" to an amount that the country has given.',
  ),
  currency: described(
    z.optional(Currency),
    'The currency (ISO 4217) of all countries that name none of their own.',
  ),
};

/** The money of the config as a whole and of single countries. */
export const moneyKeys = {
  default_amount: described(z._default(Amount, 0), 'The answer where there are no statistics.'),
  countries: described(
    z._default(
      z.record(
        z.string(),
        z.strictObject({
          default_amount: described(
            z.optional(Amount),
            'The answer where there are no statistics, in this country.',
          ),
          round_to: described(z.optional(RoundTo), 'As amount.round_to, for this country.'),
          currency: described(z.optional(Currency), 'The currency (ISO 4217) of its amounts.'),
        }),
      ),
      {},
    ),
    'What a country has of its own; matched without regard to case.',
  ),
};
