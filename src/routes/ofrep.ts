import type { OfrepBulk, OfrepEvaluation, OfrepFailure } from '../api/ofrep.ts';
import type { CompiledArtifact } from '../core/decide/compile.ts';
import { decide } from '../core/decide/decide.ts';
import type { VoucherRequest } from '../core/decide/request.ts';
import type { Decision } from '../core/decide/schema.ts';
import { isObject } from '../core/parse-json.ts';
import { currencyOf, emptyTally } from '../http/batch-tally.ts';
import { readJson } from '../http/body.ts';
import { etagOf } from '../http/etag.ts';
import { answerFrom, type Exchange, type Reply } from '../http/exchange.ts';
import { artifactHeaders, artifactTemplate } from '../http/headers.ts';
import { Problem, refused } from '../http/problem.ts';
import { conditionalReply, jsonReply } from './replies.ts';
import type { Dependencies, Route } from './route.ts';
import { readRequest } from './voucher.ts';

const PATH = '/ofrep/v1/evaluate/flags';

/**
 * The OpenFeature Remote Evaluation Protocol (https://github.com/open-feature/protocol): every segment is a flag whose
 * value is the amount, so that any OpenFeature SDK asks for vouchers without a client of ours.
 *
 * The bulk route is for SDKs in a browser, which ask for all flags and keep the answers. Which of them is used later is
 * not known here: they are counted as a batch, without their amounts.
 */
export function ofrepRoutes({ store, admit }: Dependencies): Route[] {
  async function one(request: Request, exchange: Exchange): Promise<Reply> {
    if (admit !== undefined) await admit(request);
    const state = store.current();
    const { compiled } = answerFrom(state instanceof Promise ? await state : state, exchange);
    const key = exchange.parameter;
    try {
      if (!compiled.segments.has(key.trim())) {
        const detail = `There is no segment named ${JSON.stringify(key.slice(0, 80))}.`;
        throw new Problem('unknown_segment', detail);
      }
      const customer = await readContext(request, key);
      const decision = decisionOf(compiled, customer, exchange);
      exchange.country = customer.country_code;
      exchange.decision = decision;
      return { status: 200, headers: headersOf(exchange), body: JSON.stringify(evaluation(key, decision)) };
    } catch (thrown) {
      return failed(thrown, exchange, key);
    }
  }

  async function all(request: Request, exchange: Exchange): Promise<Reply> {
    if (admit !== undefined) await admit(request);
    const { compiled } = answerFrom(await store.current(), exchange);
    try {
      const customer = await readContext(request, '');
      const body = JSON.stringify(evaluateAll(compiled, customer, exchange));
      const etag = await etagOf(body);
      return conditionalReply(request, body, etag, { etag, ...artifactHeaders(exchange) });
    } catch (thrown) {
      return failed(thrown, exchange);
    }
  }

  return [
    { method: 'POST', path: PATH, answer: all },
    { method: 'POST', path: `${PATH}/:key`, answer: one },
  ];
}

const headersOf = artifactTemplate({ 'content-type': 'application/json', 'cache-control': 'no-store' });

/**
 * @param segment the segment to decide by, which the context does not name
 * @returns the request that the evaluation context is
 * @throws Problem for a body that cannot be read, and what POST /voucher refuses
 */
async function readContext(request: Request, segment: string): Promise<VoucherRequest> {
  const body = await readJson(request);
  const context = isObject(body) ? body.context : undefined;
  if (!isObject(context)) {
    throw new Problem('invalid_request', 'expected {"context": {…}}, the evaluation context of OpenFeature');
  }
  const { targetingKey } = context;
  if (targetingKey === undefined || targetingKey === null || targetingKey === '') throw new MissingKey();
  // The bulk route names no segment: only the presence of targetingKey is checked.
  const customer = readRequest({ ...context, customer_id: targetingKey, segment_name: segment || '*' });
  if (customer instanceof Problem) throw customer;
  return customer;
}

class MissingKey extends Problem {
  constructor() {
    super('invalid_request', 'expected targetingKey in the context, the id of the customer, got none');
  }
}

/** @throws Problem for a request that gets no decision */
function decisionOf(compiled: CompiledArtifact, customer: VoucherRequest, { now }: Exchange): Decision {
  const outcome = decide(compiled, customer, Math.floor(now / 1000));
  if (!outcome.ok) throw refused(outcome.refusal);
  return outcome.decision;
}

/** Every segment once, by its own name. */
function evaluateAll(compiled: CompiledArtifact, customer: VoucherRequest, exchange: Exchange): OfrepBulk {
  const tally = emptyTally();
  exchange.batch = tally;
  const names = new Set(Array.from(compiled.segments.values(), ({ ladder }) => ladder.name));
  const flags = Array.from(names, (segment_name): OfrepEvaluation | OfrepFailure => {
    tally.entries++;
    try {
      const decision = decisionOf(compiled, { ...customer, segment_name }, exchange);
      tally.sources[decision.source]++;
      return evaluation(segment_name, decision);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      tally.refused[thrown.code] = (tally.refused[thrown.code] ?? 0) + 1;
      return { key: segment_name, errorCode: codeOf(thrown), errorDetails: thrown.message };
    }
  });
  return { flags };
}

function evaluation(key: string, decision: Decision): OfrepEvaluation {
  const { voucher_amount: value, segment, source, sample_size: rows, artifact_version: version } = decision;
  const reason = source === 'default' ? 'DEFAULT' : 'TARGETING_MATCH';
  const currency = currencyOf(decision);
  const metadata = { version, source, rows, ...(currency !== '' && { currency }) };
  return { key, value, ...(segment !== null && { variant: segment }), reason, metadata };
}

/**
 * @returns what an SDK understands: 404 for a flag that is not there, 400 with a code for every other fault of the
 *   request, since the protocol knows no other statuses for one. What is not about the request is thrown on.
 */
function failed(thrown: unknown, exchange: Exchange, key?: string): Reply {
  if (!(thrown instanceof Problem) || thrown.status >= 500) throw thrown;
  const errorCode = codeOf(thrown);
  const body: OfrepFailure = { ...(key !== undefined && { key }), errorCode, errorDetails: thrown.message };
  const status = errorCode === 'FLAG_NOT_FOUND' ? 404 : 400;
  return { ...jsonReply(status, body, artifactHeaders(exchange)), problem: thrown };
}

function codeOf(problem: Problem): OfrepFailure['errorCode'] {
  if (problem instanceof MissingKey) return 'TARGETING_KEY_MISSING';
  switch (problem.code) {
    case 'unknown_segment':
      return 'FLAG_NOT_FOUND';
    case 'malformed_json':
    case 'unsupported_media_type':
      return 'PARSE_ERROR';
    default:
      return 'INVALID_CONTEXT';
  }
}
