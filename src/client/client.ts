import { areEntries, type IsAnswer, isDecision, isDescription, isReadiness } from './answers.ts';
import type { ArtifactDescription, BatchEntry, Decision, Readiness, VoucherInput } from './api.ts';
import { type Calling, call, DEFAULTS } from './call.ts';
import type { Outcome } from './outcome.ts';

export type * from './api.ts';
export type { CallProblem, Outcome } from './outcome.ts';

/** What is missing or undefined has its default. */
type Optional<T> = { [Key in keyof T]?: T[Key] | undefined };

/** How calls are made. Everything has a default. */
export interface ClientOptions extends Optional<Calling> {
  /** Sent with every request, such as an API key. [headers={}] */
  headers?: Record<string, string> | undefined;
  /** Makes the requests. [fetch=globalThis.fetch] */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

export interface CallOptions {
  /** Ends the call, its retries included. [signal=none] */
  signal?: AbortSignal | undefined;
}

/** Calls never throw and never reject; see {@link Outcome}. */
export interface Client {
  /**
   * Decides for one customer: POST /voucher.
   *
   * @example
   * const outcome = await client.voucher({ customer_id: 7, country_code: 'Peru', total_orders: 15 });
   * if (outcome.ok) console.log(outcome.answer.voucher_amount, outcome.answer.source);
   * else console.error(outcome.problem.code, outcome.problem.detail);
   */
  voucher(request: VoucherInput, options?: CallOptions): Promise<Outcome<Decision>>;
  /**
   * Decides for up to 10,000 customers: POST /vouchers. The answers have the order of the requests; one that cannot be
   * answered has an `error` and leaves the others alone.
   *
   * @example
   * const outcome = await client.vouchers(requests);
   * if (outcome.ok) outcome.answer.forEach((entry) => console.log('error' in entry ? entry.error.code : entry.voucher_amount));
   */
  vouchers(requests: readonly VoucherInput[], options?: CallOptions): Promise<Outcome<BatchEntry[]>>;
  /**
   * What answers are made from: GET /artifact.
   *
   * @example
   * const outcome = await client.artifact();
   * if (outcome.ok) console.log(outcome.answer.version, outcome.answer.data.last_timestamp);
   */
  artifact(options?: CallOptions): Promise<Outcome<ArtifactDescription>>;
  /**
   * Whether there is something to answer from, now: GET /ready, without retries.
   *
   * @example
   * const outcome = await client.ready({ signal: AbortSignal.timeout(500) });
   * console.log(outcome.ok ? outcome.answer.check.age_seconds : outcome.problem.detail);
   */
  ready(options?: CallOptions): Promise<Outcome<Readiness>>;
}

/**
 * A client of the voucher service, for Node 20 or newer, Deno, Workers and browsers.
 *
 * Each attempt has 5 s; an answer of 429 or 503 is tried again up to 3 times, after the wait that the service asks for.
 *
 * @param url where the service is, with the path of a proxy if it has one
 * @throws TypeError for a URL with a query or a fragment, to which no path can be added
 * @example
 * const client = createClient('https://vouchers.example.com', {
 *   headers: { 'x-api-key': key },
 *   timeout: 1_000,
 * });
 */
export function createClient(url: string, options: ClientOptions = {}): Client {
  if (/[?#]/.test(url)) throw new TypeError(`expected a URL without ? and #, got ${JSON.stringify(url)}`);
  const { headers = {}, fetch: own, ...changes } = options;
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const calling: Calling = { ...DEFAULTS, ...Object.fromEntries(given) };
  const base = url.replace(/\/+$/, '');

  function get<T>(path: string, isAnswer: IsAnswer<T>, { signal }: CallOptions = {}, changed = calling) {
    const attempt = (ends: AbortSignal) => send(path, { method: 'GET', headers, signal: ends });
    return call({ send: attempt, isAnswer }, changed, signal);
  }

  function post<T>(path: string, json: unknown, isAnswer: IsAnswer<T>, { signal }: CallOptions = {}) {
    const withType = { ...headers, 'content-type': 'application/json' };
    const attempt = (ends: AbortSignal) =>
      send(path, { method: 'POST', headers: withType, body: JSON.stringify(json), signal: ends });
    return call({ send: attempt, json, isAnswer }, calling, signal);
  }

  /** A browser's fetch does not work as a method of something else. */
  async function send(path: string, init: RequestInit): Promise<Response> {
    return await (own ?? fetch)(base + path, { ...init, redirect: 'manual' });
  }

  return {
    voucher: (request, options) => post('/voucher', request, isDecision, options),
    // Calls do not throw, not even for a null of JavaScript.
    vouchers: (requests, options) => post('/vouchers', requests, areEntries(requests?.length), options),
    artifact: (options) => get('/artifact', isDescription, options),
    ready: (options) => get('/ready', isReadiness, options, { ...calling, retries: 0 }),
  };
}
