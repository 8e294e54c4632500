import * as z from 'zod/mini';
import type { VoucherAnswer } from '../api/voucher.ts';
import { decide } from '../core/decide/decide.ts';
import { explain } from '../core/decide/explain.ts';
import { readPlainRequest, type VoucherRequest, VoucherRequestSchema } from '../core/decide/request.ts';
import { oncePer } from '../core/once-per.ts';
import { readJson } from '../http/body.ts';
import { answerFrom, type Exchange, type Reply } from '../http/exchange.ts';
import { artifactTemplate } from '../http/headers.ts';
import { invalidRequest, Problem, refused } from '../http/problem.ts';
import { Query } from '../http/query.ts';
import type { Dependencies, Route } from './route.ts';

/** POST /voucher: how much to give a customer. */
export function voucherRoutes({ store, admit }: Dependencies): Route[] {
  async function answer(request: Request, exchange: Exchange): Promise<Reply> {
    if (admit !== undefined) await admit(request);
    const explained = wantsLadder(request);
    const state = store.current();
    const { compiled } = answerFrom(state instanceof Promise ? await state : state, exchange);
    const customer = readRequest(await readJson(request));
    if (customer instanceof Problem) throw customer;
    const now = Math.floor(exchange.now / 1000);
    const explanation = explained ? explain(compiled, customer, now) : undefined;
    const outcome = explanation ?? decide(compiled, customer, now);
    if (!outcome.ok) throw refused(outcome.refusal);
    exchange.country = customer.country_code;
    exchange.decision = outcome.decision;
    const body = explanation?.ok
      ? jsonOf({ ...outcome.decision, explain: explanation.ladder })
      : plainJsonOf(outcome.decision);
    return { status: 200, headers: headersOf(exchange), body, repeats: !explained };
  }
  return [{ method: 'POST', path: '/voucher', answer }];
}

const headersOf = artifactTemplate({ 'content-type': 'application/json', 'cache-control': 'no-store' });

const jsonOf = (answer: VoucherAnswer): string => JSON.stringify(answer);
const plainJsonOf = oncePer(jsonOf);

/** `?explain=true` asks for the ladder that was walked, at the price of walking it again. */
function wantsLadder(request: Request): boolean {
  return request.url.includes('?') && new Query(request).flag('explain');
}

/** @param value parsed JSON @returns the request that it is, or what is wrong with it */
export function readRequest(value: unknown): VoucherRequest | Problem {
  const plain = readPlainRequest(value);
  if (plain !== null) return plain;
  const parsed = z.safeParse(VoucherRequestSchema, value, { reportInput: true });
  return parsed.success ? parsed.data : invalidRequest(parsed.error);
}
