import { zValidator } from '@hono/zod-validator';
import type { Context, Env } from 'hono';
import * as z from 'zod/mini';
import { decide } from '../core/decide.ts';
import { explainIssues } from '../core/issues.ts';
import { type VoucherRequest, VoucherRequestSchema } from '../core/request.ts';
import { limitBody, requireJson } from '../http/body.ts';
import { ARTIFACT_VERSION, headerTemplate } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import type { Facts, Reply } from '../http/reply.ts';
import { available, type LoadedArtifact } from '../store/artifact-store.ts';
import { perArtifact } from '../store/per-artifact.ts';
import type { Dependencies, Route } from './route.ts';

/** POST /voucher: how much to give a customer. */
export function voucherRoutes({ store, clock }: Dependencies): Route[] {
  async function answer(c: Context, facts: Facts): Promise<Reply> {
    const state = store.current();
    const artifact = available(state instanceof Promise ? await state : state);
    facts.version = artifact.compiled.artifact.version;
    requireJson(c.req.raw.headers.get('content-type'));
    const limited = limitBody(c);
    if (limited) await limited;
    return replyTo(await validBody(c), artifact, clock.now(), facts);
  }
  return [{ method: 'POST', path: '/voucher', answer }];
}

const headersOf = perArtifact(({ artifact }) =>
  headerTemplate({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    [ARTIFACT_VERSION]: artifact.version,
  }),
);

function replyTo(request: VoucherRequest, { compiled }: LoadedArtifact, now: number, facts: Facts): Reply {
  const outcome = decide(compiled, request, Math.floor(now / 1000));
  if (!outcome.ok) {
    const { code, path, message } = outcome.refusal;
    throw new Problem(code, message, { errors: [{ path, message }] });
  }
  const { decision } = outcome;
  facts.decided = { country: request.country_code, decision };
  return { status: 200, headers: headersOf(compiled), body: JSON.stringify(decision) };
}

const validate = zValidator(
  'json',
  VoucherRequestSchema,
  (result) => {
    if (result.success) return;
    const errors = explainIssues(result.error);
    const [first] = errors;
    const detail = `${first?.path || 'the body'}: ${first?.message}`;
    throw new Problem('invalid_request', detail, { errors });
  },
  // Without waiting, and with what came, which the sentences quote. The types ask for the error class of the
  // large zod; of a result only `success`, `data` and `error` are used.
  { validationFunction: (schema, value) => z.safeParse(schema, value, { reportInput: true }) as never },
);

type ValidContext = Context<Env, '/voucher', { out: { json: VoucherRequest } }>;

async function validBody(c: Context): Promise<VoucherRequest> {
  await validate(c, async () => {});
  return (c as ValidContext).req.valid('json');
}
