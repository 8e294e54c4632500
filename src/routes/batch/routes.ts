import { show } from '../../core/issues.ts';
import { emptyTally } from '../../http/batch-tally.ts';
import { bodyStream, isGzip, mediaType, readJson, requireUtf8 } from '../../http/body.ts';
import { answerFrom, type Exchange, type Reply } from '../../http/exchange.ts';
import { artifactHeaders, headerTemplate } from '../../http/headers.ts';
import { invalidField, Problem } from '../../http/problem.ts';
import { Query } from '../../http/query.ts';
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
export function batchRoutes({ store, admit, ahead }: Dependencies): Route[] {
  async function answer(request: Request, exchange: Exchange): Promise<Reply> {
    if (admit !== undefined) await admit(request);
    if (new Query(request).all('explain').length > 0)
      throw invalidField(
        'explain',
        'a batch is not explained: ask POST /voucher?explain=true for one customer',
      );
    const { compiled } = answerFrom(await store.current(), exchange);
    const type = request.headers.get('content-type');
    const streamed = mediaType(type) === NDJSON;
    const tally = emptyTally();
    exchange.batch = tally;
    const entries = entryAnswerer(compiled, Math.floor(exchange.now / 1000), tally);
    const headers = headerTemplate({
      'content-type': streamed ? NDJSON : 'application/json',
      'cache-control': 'no-store',
      ...artifactHeaders(exchange),
    });
    if (!streamed)
      return { status: 200, headers, body: await answerArray(await readArray(request), entries) };
    requireUtf8(type);
    const gzip = isGzip(request.headers);
    const { stream, ended } = answerNdjson(bodyStream(request, gzip), entries, tally, { gzip, ahead });
    return { status: 200, headers, body: stream, ended };
  }
  return [{ method: 'POST', path: '/vouchers', answer }];
}

async function readArray(request: Request): Promise<unknown[]> {
  const batch = await readJson(request, BATCH_LIMIT, ` or ${NDJSON}`);
  if (!Array.isArray(batch)) throw invalidField('', `expected an array of requests, got ${show(batch)}`);
  if (batch.length > MOST_ENTRIES) {
    const detail = `expected at most ${MOST_ENTRIES} entries, got ${batch.length}${ADVICE}`;
    throw new Problem('batch_too_large', detail);
  }
  return batch;
}

async function answerArray(batch: readonly unknown[], { answer, turns }: EntryAnswerer): Promise<string> {
  let body = '[';
  for (let at = 0; at < batch.length; at++) {
    body += at === 0 ? answer(batch[at]) : `,${answer(batch[at])}`;
    if (turns.isOver) await turns.next();
  }
  return `${body}]`;
}
