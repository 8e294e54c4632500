import type { Decision } from '../core/decide.ts';
import type { HeaderTemplate } from './headers.ts';

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
}

/** An answer before it becomes a response. */
export interface Reply {
  status: number;
  headers: HeaderTemplate;
  body: string | null;
}
