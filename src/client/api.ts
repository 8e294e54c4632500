import type { Hono } from 'hono';
import type { BlankEnv } from 'hono/types';
import type * as z from 'zod/mini';
import type { Artifact } from '../core/artifact/artifact.ts';
import type { Guards } from '../core/config/deployment.ts';
import type { Decision } from '../core/decide/decide.ts';
import type { VoucherRequestSchema } from '../core/decide/request.ts';
import type { Issue } from '../core/issues.ts';
import type { EntryProblem, ProblemCode } from '../http/problem.ts';

/** The body of POST /voucher, as it is sent: times as text. */
export type VoucherInput = z.input<typeof VoucherRequestSchema>;

/** An entry of the answer to a batch. */
export type BatchEntry = Decision | { error: EntryProblem };

/** What GET /artifact says: all of the artifact but its statistics. */
export type ArtifactDescription = Pick<
  Artifact,
  'version' | 'schema_version' | 'config' | 'data' | 'quality'
>;

/** What GET /ready says. */
export interface Readiness {
  status: 'ready';
  version: string;
  /** Where the artifact came from: "bundled", "kv" and the like. */
  origin: string;
  /** Since when it is live; null where nobody published it. */
  published_at: string | null;
  /** Seconds since it was last made sure that it is the current one. */
  age: number;
  stale: boolean;
  /** What keeps the service from getting the current one. */
  fault: { code: string; since: string } | null;
  /** What a version has to pass before it goes live, by the config of the deployment. */
  guards: Guards;
}

/** Why the service has no answer: the problem details of RFC 9457 that it sends. */
export interface ServiceProblem {
  code: ProblemCode;
  status: number;
  title: string;
  detail: string;
  /** The id under which the service has logged the request. */
  request_id: string;
  /** What is wrong with the body, by path. */
  errors?: readonly Issue[];
}

type Answers<Input, Output> =
  | { input: Input; output: Output; outputFormat: 'json'; status: 200 }
  | {
      input: Input;
      output: ServiceProblem;
      outputFormat: 'json';
      status: 400 | 401 | 413 | 415 | 422 | 429 | 503;
    };

/** The routes that a client has use for, as Hono describes routes. The app registers its routes from a list, which
 * leaves no trace in its type; so they stand here, made of the types that the routes themselves work with. */
export type Api = {
  '/voucher': { $post: Answers<{ json: VoucherInput }, Decision> };
  '/vouchers': { $post: Answers<{ json: readonly VoucherInput[] }, BatchEntry[]> };
  '/artifact': { $get: Answers<object, ArtifactDescription> };
  '/ready': { $get: Answers<object, Readiness> };
};

/** The type of the app, for Hono's own client: `hc<AppType>(url)`. */
export type AppType = Hono<BlankEnv, Api, '/'>;
