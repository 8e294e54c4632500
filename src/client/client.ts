import { hc } from 'hono/client';
import { areEntries, isDecision, isDescription, isReadiness } from './answers.ts';
import type { AppType, ArtifactDescription, BatchEntry, Decision, Readiness, VoucherInput } from './api.ts';
import { type Calling, call, DEFAULTS } from './call.ts';
import type { Outcome } from './outcome.ts';

export type * from './api.ts';
export type { CallProblem, Outcome } from './outcome.ts';

/** What is missing or undefined is as it is by default. */
type Optional<T> = { [Key in keyof T]?: T[Key] | undefined };

export interface ClientOptions extends Optional<Calling> {
  /** Sent with every request, such as an API key. */
  headers?: Record<string, string> | undefined;
  fetch?: ((input: RequestInfo | URL, init?: RequestInit) => Promise<Response>) | undefined;
}

export interface CallOptions {
  /** Ends the call, its retries included. */
  signal?: AbortSignal | undefined;
}

/** Calls never throw; see {@link Outcome}. */
export interface Client {
  /** Decides for one customer: POST /voucher. */
  voucher(request: VoucherInput, options?: CallOptions): Promise<Outcome<Decision>>;
  /** Decides for up to 10,000 customers: POST /vouchers. The answers have the order of the requests. */
  vouchers(requests: readonly VoucherInput[], options?: CallOptions): Promise<Outcome<BatchEntry[]>>;
  /** What answers are made from: GET /artifact. */
  artifact(options?: CallOptions): Promise<Outcome<ArtifactDescription>>;
  /** Whether there is something to answer from, now: GET /ready, without retries. */
  ready(options?: CallOptions): Promise<Outcome<Readiness>>;
}

/**
 * A client of the voucher service, for Node, Deno, Workers and browsers.
 *
 * @param url where the service is, such as https://vouchers.example.com
 */
export function createClient(url: string, options: ClientOptions = {}): Client {
  const { headers = {}, fetch: own, ...changes } = options;
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const calling: Calling = { ...DEFAULTS, ...Object.fromEntries(given) };
  const api = hc<AppType>(url, {
    headers,
    // A browser's fetch does not work as a method of something else.
    fetch: (input: RequestInfo | URL, init?: RequestInit) => (own ?? fetch)(input, init),
  });
  return {
    voucher: (json, { signal } = {}) => {
      const send = (ends: AbortSignal) => api.voucher.$post({ json }, { init: { signal: ends } });
      return call({ send, json, isAnswer: isDecision }, calling, signal);
    },
    vouchers: (json, { signal } = {}) => {
      const send = (ends: AbortSignal) => api.vouchers.$post({ json }, { init: { signal: ends } });
      // Calls do not throw, not even for a null of JavaScript.
      return call({ send, json, isAnswer: areEntries(json?.length) }, calling, signal);
    },
    artifact: ({ signal } = {}) => {
      const send = (ends: AbortSignal) => api.artifact.$get({}, { init: { signal: ends } });
      return call({ send, isAnswer: isDescription }, calling, signal);
    },
    ready: ({ signal } = {}) => {
      const send = (ends: AbortSignal) => api.ready.$get({}, { init: { signal: ends } });
      return call({ send, isAnswer: isReadiness }, { ...calling, retries: 0 }, signal);
    },
  };
}
