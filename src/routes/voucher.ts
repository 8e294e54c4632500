import { zValidator } from '@hono/zod-validator';
import type { Context, Env } from 'hono';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod/mini';
import { decide } from '../core/decide/decide.ts';
import { explain } from '../core/decide/explain.ts';
import { readPlainRequest, type VoucherRequest, VoucherRequestSchema } from '../core/decide/request.ts';
import { available } from '../http/available.ts';
import { limitBody, requireJson } from '../http/body.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { artifactTemplate } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { invalidRequest, refused } from '../http/refusals.ts';
import type { Dependencies, Route } from './route.ts';

/** POST /voucher: how much to give a customer. */
export function voucherRoutes({ store, record, admit }: Dependencies): Route[] {
  async function answer(c: Context, exchange: Exchange): Promise<Reply> {
    if (admit !== undefined) await admit(c);
    const state = store.current();
    const { compiled } = available(state instanceof Promise ? await state : state, exchange);
    const limited = limitBody(c);
    if (limited !== undefined) await limited;
    const request = (await plainBody(c)) ?? (await validBody(c));
    const now = Math.floor(exchange.now / 1000);
    const outcome = wantsLadder(c) ? explain(compiled, request, now) : decide(compiled, request, now);
    if (!outcome.ok) throw refused(outcome.refusal);
    exchange.country = request.country_code;
    exchange.decision = outcome.decision;
    record?.(request.country_code, outcome.decision);
    const answer = 'ladder' in outcome ? { ...outcome.decision, explain: outcome.ladder } : outcome.decision;
    return { status: 200, headers: headersOf(exchange), body: JSON.stringify(answer) };
  }
  return [{ method: 'POST', path: '/voucher', answer }];
}

/** `?explain=true` asks for the ladder that was walked, at the price of walking it again. */
function wantsLadder(c: Context): boolean {
  return c.req.url.includes('?') && c.req.query('explain') === 'true';
}

const headersOf = artifactTemplate({ 'content-type': 'application/json', 'cache-control': 'no-store' });

/**
 * The short way: a body that is said to be JSON in so many words, and that is plainly right. Whatever else it may
 * be, {@link validBody} finds out.
 */
async function plainBody(c: Context): Promise<VoucherRequest | null> {
  if (c.req.raw.headers.get('content-type') !== 'application/json') return null;
  try {
    return readPlainRequest(await c.req.json());
  } catch {
    return null;
  }
}

const validate = zValidator(
  'json',
  VoucherRequestSchema,
  (result, c) => {
    if (result.success) return;
    // A body of another type is not read, and so never passes the schema: only here does its type have to be asked.
    requireJson(c.req.raw.headers.get('content-type'));
    throw invalidRequest(result.error);
  },
  // With what came, which the sentences quote. The types ask for the error class of the large zod; of a result
  // only `success`, `data` and `error` are used.
  { validationFunction: (schema, value) => z.safeParse(schema, value, { reportInput: true }) as never },
);

type ValidContext = Context<Env, '/voucher', { out: { json: VoucherRequest } }>;

async function validBody(c: Context): Promise<VoucherRequest> {
  try {
    await validate(c, async () => {});
  } catch (thrown) {
    if (!(thrown instanceof HTTPException)) throw thrown;
    const detail = 'expected a body that is JSON, got one that does not parse';
    throw new Problem('malformed_json', detail, { cause: thrown });
  }
  return (c as ValidContext).req.valid('json');
}
