import { expect, it } from 'vitest';
import { money } from '../../../build/cli/format.ts';

it.each([
  [1234.5, null, '1,234.50'],
  [20, 'EUR', '20.00 EUR'],
  [6.529, 'KWD', '6.529 KWD'],
  [12_000.005, 'KWD', '12,000.005 KWD'],
  // Its smallest unit is a thousandth, and that of JPY is 1.
  [3.75, 'KWD', '3.750 KWD'],
  [5.005 / 3, 'KWD', '1.668 KWD'],
  [3000, 'JPY', '3,000 JPY'],
  [2000 / 3, 'JPY', '667 JPY'],
  // What is served is written as it is.
  [12.5, 'JPY', '12.50 JPY'],
  [0.129, 'EUR', '0.129 EUR'],
  // A mean is not what is served, and has two digits.
  [7815.891234, null, '7,815.89'],
  [0.1 + 0.2, null, '0.30'],
])('writes %f %s for people', (amount, currency, text) => {
  expect(money(amount, currency)).toBe(text);
});
