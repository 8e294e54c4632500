import { zValidator } from '@hono/zod-validator';
import type { Context } from 'hono';
import * as z from 'zod/mini';
import { UploadActionSchema } from '../api/requests.ts';
import type { RunStarted } from '../api/runs.ts';
import { UPLOAD_NAME } from '../api/upload-name.ts';
import type { ListedUpload, Upload, Uploads } from '../api/uploads.ts';
import { quoted } from '../core/issues.ts';
import { REASON_RULE, ReasonSchema } from '../core/publish/reason.ts';
import type { AdminGuard } from '../http/admin.ts';
import { isGzip, readJson } from '../http/body.ts';
import { etagMatches } from '../http/etag.ts';
import { headerTemplate } from '../http/headers.ts';
import { invalidField, invalidRequest, Problem } from '../http/problem.ts';
import type { Bucket, PutOptions } from '../ingest/bindings.ts';
import type { Ingestion } from '../ingest/ingestion.ts';
import { quarantineKeys, UPLOADS } from '../ingest/names.ts';
import { uploadEvent } from '../ingest/triggers.ts';
import {
  isMarker,
  isPassedOver,
  knownOf,
  listObjects,
  restore,
  uploaderMetadata,
} from '../ingest/uploads.ts';
import { type AdminAnswer, adminRoute, stored } from './admin.ts';
import { jsonReply } from './replies.ts';
import type { Route } from './route.ts';

type Answer = AdminAnswer<Ingestion>;

/** The largest upload in bytes: what Cloudflare takes as a request. Larger files go into the bucket directly. */
const UPLOAD_LIMIT = 100_000_000;

/** GET /uploads; PUT, POST and DELETE /uploads/NAME: the files that the artifact is made from. */
export function uploadRoutes(admin: AdminGuard, ingestion: Ingestion): Route[] {
  const route = adminRoute(admin, () => ingestion);
  return [
    route('GET', '/uploads', show),
    route('PUT', '/uploads/:name', put, 'reason'),
    route('POST', '/uploads/:name', act),
    route('DELETE', '/uploads/:name', remove),
  ];
}

const show: Answer = async (_, { bucket, sequencer }) => {
  const records = new Map((await stored(sequencer.uploads())).map((record) => [record.name, record]));
  const uploads: ListedUpload[] = [];
  for await (const object of stream(listObjects(bucket, UPLOADS))) {
    const { key, etag, uploaded } = object;
    if (isPassedOver(key)) continue;
    const name = key.slice(UPLOADS.length);
    const { size, by, reason, unreadable } = knownOf(object);
    const file = { name, size, etag, uploaded_at: uploaded.toISOString(), by, reason };
    const record = records.get(name);
    if (unreadable !== null)
      uploads.push({ ...file, ...UNKNOWN, state: 'unreadable', reasons: [unreadable] });
    else if (record === undefined || record.etag !== etag)
      uploads.push({ ...file, ...UNKNOWN, state: 'new', reasons: [] });
    else uploads.push({ ...file, ...record });
  }
  return jsonReply<Uploads>(200, { uploads });
};

/** What no run has found out. */
const UNKNOWN = {
  changes: null,
  rows_read: null,
  rows_kept: null,
  first_timestamp: null,
  last_timestamp: null,
  run: null,
};

const put: Answer = async (request, { bucket, events }, { now, by, parameter, context }) => {
  const name = nameOf(parameter);
  const key = UPLOADS + name;
  const customMetadata = uploaderMetadata(by, await reasonOf(context));
  const body = bodyOf(request);
  const options = { ...(await condition(request, bucket, key)), customMetadata };
  const object = await stored(bucket.put(key, body, options));
  if (object === null) throw preconditionFailed();
  await stored(events.send(uploadEvent('PutObject', key, now, by)));
  return jsonReply<Upload>(202, { name, size: object.size, etag: object.etag });
};

const validateReason = zValidator('query', z.object({ reason: z.optional(ReasonSchema) }), (result) => {
  if (!result.success) throw invalidField('reason', REASON_RULE);
});

/** @throws Problem invalid_request */
async function reasonOf(context: Context): Promise<string | null> {
  await validateReason(context, async () => {});
  const { reason } = context.req.valid('query' as never) as { reason?: string };
  return reason ?? null;
}

/** Has a file that was set aside join, or has it looked at again. */
const act: Answer = async (request, { bucket, sequencer }, { by, parameter }) => {
  const name = nameOf(parameter);
  const parsed = z.safeParse(UploadActionSchema, await readJson(request), { reportInput: true });
  if (!parsed.success) throw invalidRequest(parsed.error);
  const object = await stored(bucket.head(UPLOADS + name));
  if (object === null) throw noSuchUpload(name);
  if (parsed.data.action === 'retry') {
    if (isMarker(object)) await stored(restore(bucket, name));
    await stored(sequencer.forget(name));
    const id = await stored(sequencer.notify([`retry ${name}`], { by: [by] }));
    return jsonReply<RunStarted>(202, { id });
  }
  if (isMarker(object)) throw new Problem('conflict', `${name} cannot be read, so it cannot be accepted.`);
  const accepted = await stored(sequencer.accept(name, object.etag, by));
  if (!accepted.ok) throw new Problem('conflict', accepted.message);
  return jsonReply<RunStarted>(202, { id: accepted.id });
};

function noSuchUpload(name: string): Problem {
  return new Problem('not_found', `There is no upload named ${name}: GET /uploads lists them.`);
}

/**
 * If-Match and If-None-Match (RFC 9110 13.1): the file is replaced only if it is still, or not yet, the one that the
 * client knows.
 *
 * @returns what the bucket is to hold the write to: it may change between this look and the write
 * @throws Problem precondition_failed
 */
async function condition({ headers }: Request, bucket: Bucket, key: string): Promise<PutOptions> {
  const [match, noneMatch] = [headers.get('if-match'), headers.get('if-none-match')];
  if (match === null && noneMatch === null) return {};
  const held = await stored(bucket.head(key));
  const isHeld = (tags: string) => held !== null && etagMatches(tags, `"${held.etag}"`);
  if (match !== null && !isHeld(match)) throw preconditionFailed();
  if (noneMatch !== null && isHeld(noneMatch)) throw preconditionFailed();
  return { onlyIf: held === null ? { etagDoesNotMatch: '*' } : { etagMatches: held.etag } };
}

function preconditionFailed(): Problem {
  const detail =
    'If-Match or If-None-Match does not hold: GET /uploads shows the etag of the file that is there. The header takes it in quotation marks.';
  return new Problem('precondition_failed', detail);
}

const remove: Answer = async (request, { bucket, events, sequencer }, { now, by, parameter }) => {
  const name = nameOf(parameter);
  const key = UPLOADS + name;
  await condition(request, bucket, key);
  if ((await stored(bucket.head(key))) === null) {
    throw noSuchUpload(name);
  }
  const { file, reason } = await quarantineKeys(name);
  await stored(bucket.delete([key, file, reason]));
  await stored(sequencer.forget(name));
  await stored(events.send(uploadEvent('DeleteObject', key, now, by)));
  return { status: 204, headers: headerTemplate({ 'cache-control': 'no-store' }), body: null };
};

function nameOf(name: string): string {
  if (UPLOAD_NAME.test(name)) return name;
  throw new Problem(
    'invalid_name',
    `expected a name of 1 to 128 of A-Z, a-z, 0-9, ".", "_" and "-", first a letter or a digit, got ${quoted(name, 140)}`,
  );
}

/** R2 takes a stream whose length is known. The server's HTTP parser holds the client to what it announced. */
function bodyOf({ body, headers }: Request): ReadableStream {
  // A file that is compressed is told by its bytes, whether it is the file or the way it is sent that is meant.
  isGzip(headers);
  const length = headers.get('content-length');
  if (length === null || headers.get('transfer-encoding') !== null) {
    throw new Problem(
      'length_required',
      'expected a body with content-length, got one without: send a file, not a stream of unknown length',
    );
  }
  if (Number(length) > UPLOAD_LIMIT) {
    const detail = `expected at most ${UPLOAD_LIMIT} bytes, got ${length}: compress it, split it, or put it into the bucket directly`;
    throw new Problem('body_too_large', detail);
  }
  if (body === null || Number(length) === 0) throw new Problem('empty_body', 'expected a file, got no byte');
  return body;
}

async function* stream<T>(objects: AsyncGenerator<T>): AsyncGenerator<T> {
  for (;;) {
    const { value, done } = await stored(objects.next());
    if (done) return;
    yield value;
  }
}
