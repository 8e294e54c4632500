import type { Context } from 'hono';
import type { Deployment } from '../core/config/deployment.ts';
import type { Decision } from '../core/decide/schema.ts';
import type { ArtifactState, LoadedArtifact } from '../store/artifact-store.ts';
import type { BatchTally } from './batch-tally.ts';
import type { HeaderTemplate } from './headers.ts';
import { Problem } from './problem.ts';

/** A request on its way to its answer: what it began with, and what its route learns for the headers and the log. */
export interface Exchange {
  readonly id: string;
  /** When it came, in milliseconds since the epoch. */
  readonly now: number;
  /** What the parameter at the end of the path is, percent-decoded; "" for a path without one. */
  readonly parameter: string;
  /** Hono's context of the request, which its validators read. */
  readonly context: Context;
  /** Of the artifact that the route works with, from the moment that it has one. */
  version: string | undefined;
  /** The seconds since that artifact was last confirmed to be the current one. How old the history is says something else. */
  checkAge: number | undefined;
  country: string | undefined;
  decision: Decision | undefined;
  /** How the entries of a batch were answered. */
  batch?: BatchTally;
}

/** An answer before it becomes a response. */
export interface Reply {
  status: number;
  headers: HeaderTemplate;
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  /** Whether these headers and this text answer many requests with status 200: a runtime may keep their response. */
  repeats?: boolean;
  /** Why it is a refusal, for the log, where the body says so in words of its own. */
  problem?: Problem;
  /**
   * For a body that is still being made: resolves when it is whole, or when it is no longer wanted, with what went
   * wrong in between. The request is logged then. It never rejects.
   */
  ended?: Promise<Problem | undefined>;
}

/**
 * Answers a request from an artifact: its version and the age of its check are in the headers and the log from here on.
 *
 * @throws Problem no_artifact, with the reason
 */
export function answerFrom(state: ArtifactState, exchange: Exchange): LoadedArtifact {
  if (!state.ok) throw new Problem('no_artifact', state.reason);
  exchange.version = state.compiled.table.version;
  exchange.checkAge = checkAgeOf(state, exchange.now);
  return state;
}

/**
 * The age of the last check, as Age is to a cached response (RFC 9111): the whole seconds since it was last confirmed
 * at its origin that this is the current one. What is bundled and has no other origin is always current.
 *
 * @param now milliseconds since the epoch
 */
export function checkAgeOf({ check }: LoadedArtifact, now: number): number {
  return check === undefined ? 0 : Math.max(0, Math.floor((now - check.confirmedAt) / 1000));
}

/**
 * Whether a check is overdue: the last one is too old, and one that was tried since has failed. A service looks when
 * it is asked, so after an idle night the age alone says only that there were no requests.
 *
 * @param now milliseconds since the epoch
 */
export function isCheckOverdue(
  artifact: LoadedArtifact,
  now: number,
  { largest_check_age_seconds: largest }: Pick<Deployment, 'largest_check_age_seconds'>,
): boolean {
  return artifact.check?.fault != null && checkAgeOf(artifact, now) > largest;
}
