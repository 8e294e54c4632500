import type { Context } from 'hono';
import { show } from '../../core/issues.ts';
import { available } from '../../http/available.ts';
import { emptyTally } from '../../http/batch-tally.ts';
import { limitBody, mediaType, requireJson } from '../../http/body.ts';
import type { Exchange, Reply } from '../../http/exchange.ts';
import { artifactHeaders, headerTemplate } from '../../http/headers.ts';
import { Problem } from '../../http/problem.ts';
import type { Dependencies, Route } from '../route.ts';
import { type EntryAnswerer, entryAnswerer } from './entry.ts';
import { answerNdjson } from './ndjson.ts';

/** The most entries of an array. Lines of NDJSON are not counted. */
export const MOST_ENTRIES = 10_000;

const NDJSON = 'application/x-ndjson';
const ADVICE = `: send it in several batches, or as ${NDJSON}, which may be of any length`;

/** The largest array that is read: twice what 10,000 entries with every field take. */
const BATCH_LIMIT = { bytes: 4 * 1024 * 1024, advice: ADVICE };

/** POST /vouchers: how much to give to many customers; an array for an array, or a line for a line. */
export function vouchersRoutes({ store, admit }: Dependencies): Route[] {
  async function answer(c: Context, exchange: Exchange): Promise<Reply> {
    if (admit !== undefined) await admit(c);
    const { compiled } = available(await store.current(), exchange);
    const type = c.req.raw.headers.get('content-type');
    const streamed = mediaType(type) === NDJSON;
    if (!streamed) requireJson(type, ` or ${NDJSON}`);

    const tally = emptyTally();
    exchange.batch = tally;
    const entries = entryAnswerer(compiled, Math.floor(exchange.now / 1000), tally);
    const headers = headerTemplate({
      'content-type': streamed ? NDJSON : 'application/json',
      'cache-control': 'no-store',
      ...artifactHeaders(exchange),
    });
    if (!streamed) return { status: 200, headers, body: answerArray(await readArray(c), entries) };
    const { stream, ended } = answerNdjson(c.req.raw.body ?? new Blob().stream(), entries, tally);
    return { status: 200, headers, body: stream, ended };
  }
  return [{ method: 'POST', path: '/vouchers', answer }];
}

async function readArray(c: Context): Promise<unknown[]> {
  const limited = limitBody(c, BATCH_LIMIT);
  if (limited !== undefined) await limited;
  const batch: unknown = await c.req.json().catch((cause: unknown) => {
    throw new Problem('malformed_json', 'expected a body that is JSON, got one that does not parse', {
      cause,
    });
  });
  if (!Array.isArray(batch)) {
    const message = `expected an array of requests, got ${show(batch)}`;
    throw new Problem('invalid_request', `the body: ${message}`, { errors: [{ path: '', message }] });
  }
  if (batch.length > MOST_ENTRIES) {
    const detail = `expected at most ${MOST_ENTRIES} entries, got ${batch.length}${ADVICE}`;
    throw new Problem('batch_too_large', detail);
  }
  return batch;
}

function answerArray(batch: readonly unknown[], { answer }: EntryAnswerer): string {
  let body = '[';
  for (let at = 0; at < batch.length; at++) body += at === 0 ? answer(batch[at]) : `,${answer(batch[at])}`;
  return `${body}]`;
}
