import type { Decision } from '../core/decide.ts';

/** An answer before it becomes a response. */
export interface Reply {
  status: number;
  /** May be shared between replies: whoever makes the response sets the request's id in it. */
  headers: Headers;
  body: string | null;
}

/** What a route learns of a request that every response and its log line tell. */
export interface Facts {
  /** Of the artifact that the route works with, from the moment that it has one. */
  version?: string;
  decided?: { country: string; decision: Decision };
}
