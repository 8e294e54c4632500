import type { Hono } from 'hono';
import type { BlankEnv } from 'hono/types';
import type { ArtifactDescription } from '../api/artifact.ts';
import type { Readiness } from '../api/health.ts';
import type { ServiceProblem } from '../api/problem.ts';
import type { VoucherInput } from '../api/voucher.ts';
import type { BatchEntry } from '../api/vouchers.ts';
import type { Decision } from '../core/decide/decide.ts';

export type { ArtifactDescription, BatchEntry, Decision, Readiness, ServiceProblem, VoucherInput };

type Answers<Input, Output> =
  | { input: Input; output: Output; outputFormat: 'json'; status: 200 }
  | {
      input: Input;
      output: ServiceProblem;
      outputFormat: 'json';
      status: 400 | 401 | 413 | 415 | 422 | 429 | 503;
    };

/**
 * The routes that the client calls, as Hono describes routes. The app registers its routes from a list, which leaves
 * no trace in its type.
 */
export type Api = {
  '/voucher': { $post: Answers<{ json: VoucherInput }, Decision> };
  '/vouchers': { $post: Answers<{ json: readonly VoucherInput[] }, BatchEntry[]> };
  '/artifact': { $get: Answers<object, ArtifactDescription> };
  '/ready': { $get: Answers<object, Readiness> };
};

/** The type of the app, for Hono's own client: `hc<AppType>(url)`. */
export type AppType = Hono<BlankEnv, Api, '/'>;
