import * as z from 'zod/mini';
import type { ReadingConfig } from '../../src/core/config/reading.ts';
import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { decide, type Outcome } from '../../src/core/decide/decide.ts';
import { readPlainRequest, VoucherRequestSchema } from '../../src/core/decide/request.ts';
import { wholeReader } from '../../src/core/fields/numbers.ts';
import { timeReader } from '../../src/core/fields/times.ts';
import { explainIssues } from '../../src/core/issues.ts';
import { bare, isMissing, MISSING, UNREADABLE } from '../../src/core/missing.ts';
import { shown } from '../../src/core/shown.ts';
import { formatTime } from '../../src/core/time.ts';
import type { Customer, CustomerRecord } from './record.ts';

/** A decision, or the code and the sentence that POST /voucher would refuse the customer with. */
export type Scored = Extract<Outcome, { ok: true }> | { ok: false; code: string; message: string };

/** The customer_id of a file belongs to the user, under any name: it does not change an answer. */
const ANYBODY = 'anybody';

/**
 * @param segment decides for all customers; undefined where each has a segment_name of its own
 * @param asOf seconds
 * @param reading how the file writes numbers and times
 * @returns a function that makes of a customer the request that the API would be sent, and answers it as the API does
 */
export function customerDecider(
  compiled: CompiledArtifact,
  segment: string | undefined,
  asOf: number,
  reading: ReadingConfig,
): (record: Pick<CustomerRecord, 'customer' | 'numbers'>) => Scored {
  // Without a segment the default one decides, where the config has one.
  const nothing = compiled.table.config.default_segment === undefined ? '' : undefined;
  const segmentOf = (name: unknown) => (name === '' || name === null ? nothing : name);
  const time = timeReader(reading.times.format);
  const whole = wholeReader(reading.numbers);
  return ({ customer, numbers }) => {
    const last = readField(numbers?.last_order_ts, time, customer, 'last_order_ts');
    const first = readField(numbers?.first_order_ts, time, customer, 'first_order_ts');
    const request = {
      customer_id: ANYBODY,
      country_code: unlessMissing(customer.country_code),
      segment_name: segment ?? segmentOf(unlessMissing(customer.segment_name)),
      total_orders: limited(readField(numbers?.total_orders, whole, customer, 'total_orders')),
    };
    const accepted = isTime(last) && isTime(first) ? readPlainRequest(request) : null;
    if (accepted === null) {
      return explain({ ...request, last_order_ts: asText(last), first_order_ts: asText(first) }, customer);
    }
    accepted.last_order_ts = last as number | null;
    accepted.first_order_ts = first as number | null;
    const outcome = decide(compiled, accepted, asOf);
    return outcome.ok ? outcome : { ok: false, ...outcome.refusal };
  };
}

function explain(request: unknown, customer: Readonly<Customer>): Scored {
  const parsed = z.safeParse(VoucherRequestSchema, request, { reportInput: true });
  const [{ path = '', message = '' } = {}] = parsed.success ? [] : explainIssues(parsed.error);
  const { [path as keyof Customer]: written } = customer;
  // A request has "" where the file has a word such as NULL.
  const found = typeof written === 'string' && bare(written) !== '' && isMissing(written);
  const told = found ? message.replace('an empty string', `${shown(written)}, a word for no value`) : message;
  return { ok: false, code: 'invalid_request', message: `${path}: ${told}` };
}

/**
 * Reads a field as in a history.
 *
 * @param read what the file has as a number; undefined where it has text
 * @param customer is not asked for a text that is not needed: of Parquet it would have to be made
 * @returns the number; null where the field is missing; what cannot be read as it is, for the schema to refuse
 */
function readField(
  read: number | undefined,
  reader: (field: string) => number,
  customer: Readonly<Customer>,
  field: keyof Customer,
): unknown {
  const value = read === undefined ? customer[field] : '';
  if (typeof value !== 'string') return value;
  const number = read ?? reader(value);
  if (number === MISSING) return null;
  return number === UNREADABLE ? String(customer[field]).trim() : number;
}

/** More orders than a request can name are above all bands, as in a history. */
function limited(orders: unknown): unknown {
  const isBeyond = typeof orders === 'number' && Number.isInteger(orders) && orders > Number.MAX_SAFE_INTEGER;
  return isBeyond ? Number.MAX_SAFE_INTEGER : orders;
}

/** A field that is missing says nothing. */
function unlessMissing(value: unknown): unknown {
  return typeof value === 'string' && isMissing(value) ? '' : value;
}

function isTime(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'number';
}

/** A time that was read, in the form that the schema reads. */
function asText(value: unknown): unknown {
  return typeof value === 'number' ? formatTime(value) : value;
}
