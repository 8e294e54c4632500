import type { Upload, Uploads } from '../api/uploads.ts';
import { headerTemplate } from '../http/headers.ts';
import { Problem } from '../http/problem.ts';
import { isUploadName, quarantineKeys, UPLOADS } from '../ingest/names.ts';
import { uploadEvent } from '../ingest/triggers.ts';
import { isMarker, listObjects } from '../ingest/uploads.ts';
import { type AdminAnswer, adminReply, adminRoute, stored } from './admin.ts';
import type { Dependencies, Route } from './route.ts';

/** The largest upload in bytes: what Cloudflare takes as a request. Larger files go into the bucket directly. */
const UPLOAD_LIMIT = 100_000_000;

/** GET /uploads; PUT and DELETE /uploads/NAME: the files that the artifact is made from. */
export function uploadRoutes(dependencies: Pick<Dependencies, 'admin' | 'ingestion'>): Route[] {
  const route = adminRoute(dependencies);
  return [
    route('GET', '/uploads', show),
    route('PUT', '/uploads/:name', put),
    route('DELETE', '/uploads/:name', remove),
  ];
}

const show: AdminAnswer = async (_, { bucket }) => {
  const uploads: Uploads['uploads'] = [];
  const quarantined: Uploads['quarantined'] = [];
  for await (const object of stream(listObjects(bucket, UPLOADS))) {
    const { key, size, etag, uploaded } = object;
    const name = key.slice(UPLOADS.length);
    if (isMarker(object)) quarantined.push({ name, ...(await quarantineKeys(name)) });
    else uploads.push({ name, size, etag, uploaded_at: uploaded.toISOString() });
  }
  return adminReply<Uploads>(200, { uploads, quarantined });
};

const put: AdminAnswer = async (request, { bucket, events }, { now, by, parameter }) => {
  const name = nameOf(parameter);
  const key = UPLOADS + name;
  const object = await stored(bucket.put(key, bodyOf(request)));
  if (object === null) throw new Error(`expected the bucket to take ${key}`);
  await stored(events.send(uploadEvent('PutObject', key, now, by)));
  return adminReply<Upload>(202, { name, size: object.size, etag: object.etag });
};

const remove: AdminAnswer = async (_, { bucket, events }, { now, by, parameter }) => {
  const name = nameOf(parameter);
  const key = UPLOADS + name;
  if ((await stored(bucket.head(key))) === null) {
    throw new Problem('not_found', `There is no upload named ${name}: GET /uploads lists them.`);
  }
  await stored(bucket.delete(key));
  await stored(events.send(uploadEvent('DeleteObject', key, now, by)));
  return { status: 204, headers: headerTemplate({ 'cache-control': 'no-store' }), body: null };
};

function nameOf(name: string): string {
  if (isUploadName(name)) return name;
  throw new Problem(
    'invalid_name',
    'expected a name of 1 to 128 of A-Z, a-z, 0-9, ".", "_" and "-", not first a "." or "-", got another one',
  );
}

/** R2 takes a stream whose length is known. The server's HTTP parser holds the client to what it announced. */
function bodyOf({ body, headers }: Request): ReadableStream {
  const length = headers.get('content-length');
  if (length === null || headers.get('transfer-encoding') !== null) {
    throw new Problem('length_required', 'expected a body with content-length, got one without');
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
