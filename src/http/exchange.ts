import type { Decision } from '../core/decide/decide.ts';
import type { BatchTally } from './batch-tally.ts';
import type { HeaderTemplate } from './headers.ts';
import type { Problem } from './problem.ts';

/** A request on its way to its answer: what it began with, and what its route learns for the headers and the log. */
export interface Exchange {
  readonly id: string;
  /** When it came, in milliseconds since the epoch. */
  readonly now: number;
  /** Of the artifact that the route works with, from the moment that it has one. */
  version: string | undefined;
  /** The seconds since that artifact was last confirmed to be the current one. */
  age: number | undefined;
  country: string | undefined;
  decision: Decision | undefined;
  /** What became of the entries of a batch. */
  batch?: BatchTally;
}

/** An answer before it becomes a response. */
export interface Reply {
  status: number;
  headers: HeaderTemplate;
  body: string | ReadableStream<Uint8Array> | null;
  /**
   * For a body that is still being made: resolves when it is whole, or when nobody wants it any more, with what went
   * wrong in between. The request is logged then. It never rejects.
   */
  ended?: Promise<Problem | undefined>;
}
