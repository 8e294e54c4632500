import * as z from 'zod/mini';
import { described } from '../described.ts';
import { quoted, show } from '../issues.ts';
import { parseTime, TIME_FORMS } from '../time.ts';

const LONGEST_TEXT = 256;

const Text = z.string().check(
  z.maxLength(LONGEST_TEXT),
  z.refine((text) => text.trim() !== '', { error: 'expected text, got an empty string' }),
  // As the reference shows it: something that is no white space.
  z.meta({ minLength: 1, pattern: '\\S' }),
);

/** A time as it is sent, which the reference describes with a pattern. */
export const TimeText = z.string();

const Time = z.nullish(
  z.pipe(
    TimeText,
    z.transform((text: string, context) => {
      const seconds = parseTime(text.trim());
      if (seconds !== null) return seconds;
      const message = `expected a time: ${TIME_FORMS}, got ${quoted(text, 40)}`;
      context.issues.push({ code: 'custom', input: text, message });
      return z.NEVER;
    }),
  ),
);

/** The body of POST /voucher. Times become seconds; which of the optional fields are needed depends on the segment. */
export const VoucherRequestSchema = z.object({
  customer_id: described(
    z.union([
      Text,
      z
        .number()
        .check(
          z.refine(Number.isInteger, { error: ({ input }) => `expected a whole number, got ${show(input)}` }),
          z.meta({ type: 'integer' }),
        ),
    ]),
    'Yours; it does not change the answer.',
  ),
  country_code: described(Text, 'As in the history, without regard to case.'),
  segment_name: described(
    z.nullish(Text),
    'A segment of the config, or an alias of one. Without it `default_segment` of the config decides.',
  ),
  total_orders: described(z.nullish(z.int().check(z.gte(0))), 'Needed for a segment of total_orders.'),
  last_order_ts: described(Time, 'Needed for a segment of days_since_last_order.'),
  first_order_ts: described(Time, 'Needed for a segment of days_since_first_order.'),
  as_of: described(Time, 'The moment to decide for; now, when it is missing.'),
});

export type VoucherRequest = z.infer<typeof VoucherRequestSchema>;

/**
 * Reads a request that is plainly right: the same as the schema, at a tenth of its cost, which would be most of
 * what an answer costs. Property tests hold the two to one result.
 *
 * @returns null for anything else, which is then for the schema to judge and to explain
 */
export function readPlainRequest(input: unknown): VoucherRequest | null {
  if (typeof input !== 'object' || input === null) return null;
  const body = input as Partial<Record<keyof VoucherRequest, unknown>>;
  const { customer_id, country_code, segment_name, total_orders } = body;
  if (!isText(country_code) || !isTextOrNothing(segment_name)) return null;
  if (!isText(customer_id) && !isWhole(customer_id)) return null;
  if (!isCount(total_orders)) return null;
  const last_order_ts = readTime(body.last_order_ts);
  const first_order_ts = readTime(body.first_order_ts);
  const as_of = readTime(body.as_of);
  if (last_order_ts === INVALID || first_order_ts === INVALID || as_of === INVALID) return null;
  return {
    customer_id,
    country_code,
    segment_name,
    total_orders,
    last_order_ts,
    first_order_ts,
    as_of,
  };
}

const INVALID = Symbol();

function isTextOrNothing(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || isText(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT && value.trim() !== '';
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

function isCount(value: unknown): value is number | null | undefined {
  return value === undefined || value === null || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function readTime(value: unknown): number | null | undefined | typeof INVALID {
  if (value === undefined || value === null) return value;
  return typeof value === 'string' ? (parseTime(value.trim()) ?? INVALID) : INVALID;
}
