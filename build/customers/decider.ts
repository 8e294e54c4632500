import * as z from 'zod/mini';
import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { decide, type Outcome } from '../../src/core/decide/decide.ts';
import { readPlainRequest, VoucherRequestSchema } from '../../src/core/decide/request.ts';
import { explainIssues } from '../../src/core/issues.ts';
import { parseWholeNumber } from '../../src/core/values.ts';
import type { Customer } from './record.ts';

/** A decision, or the code and the sentence that POST /voucher would refuse the customer with. */
export type Scored = Extract<Outcome, { ok: true }> | { ok: false; code: string; message: string };

/** The customer_id of a file is the user's own, under whatever name: it does not change an answer. */
const ANYBODY = 'anybody';

/**
 * @param segment decides for all customers; undefined where each has a segment_name of its own
 * @param asOf seconds
 * @returns a function that makes of a customer the request that the API would be sent, and answers it as the API does
 */
export function customerDecider(
  compiled: CompiledArtifact,
  segment: string | undefined,
  asOf: number,
): (customer: Customer) => Scored {
  return (customer) => {
    const request = {
      customer_id: ANYBODY,
      country_code: customer.country_code,
      segment_name: segment ?? customer.segment_name,
      total_orders: ordersOf(customer.total_orders),
      last_order_ts: unlessEmpty(customer.last_order_ts),
      first_order_ts: unlessEmpty(customer.first_order_ts),
    };
    const accepted = readPlainRequest(request);
    if (accepted === null) return explain(request);
    const outcome = decide(compiled, accepted, asOf);
    return outcome.ok ? outcome : { ok: false, ...outcome.refusal };
  };
}

function explain(request: unknown): Scored {
  const parsed = z.safeParse(VoucherRequestSchema, request, { reportInput: true });
  const [first] = parsed.success ? [] : explainIssues(parsed.error);
  return { ok: false, code: 'invalid_request', message: `${first?.path}: ${first?.message}` };
}

/** Text of a file as the number that it writes, as in a history; what is no whole number is left for the schema. */
function ordersOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  return text === '' ? null : (parseWholeNumber(text) ?? text);
}

/** An empty field of a file says nothing. */
function unlessEmpty(value: unknown): unknown {
  return typeof value === 'string' && value.trim() === '' ? null : value;
}
