import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export const ACCESS_KEY = 'AKIAVOUCHER';
export const SECRET_KEY = 'the secret key of the storage';

/**
 * An object storage that speaks S3: GET and HEAD with ranges, and ListObjectsV2 in pages. It checks the signature of each
 * request (AWS Signature Version 4) but for those of the bucket `public`.
 */
export class ObjectStorage {
  readonly url: string;
  /** By bucket and key, such as `history/2018/june.csv`. */
  readonly objects = new Map<string, Buffer>();
  /** Every request, such as `GET /history/2018/june.csv`, without its query. */
  readonly requests: string[] = [];
  /** Bytes of objects that were sent. */
  sent = 0;
  /** Answers a request in place of the storage, if it returns true. */
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<ObjectStorage> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const storage = new ObjectStorage(
      server,
      typeof address === 'object' && address !== null ? address.port : 0,
    );
    server.on('request', (request, response) => storage.#answer(request, response));
    return storage;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    if (this.fault?.(request, response)) return;
    const [bucket = '', ...key] = decodeURIComponent(url.pathname).slice(1).split('/');
    const object = this.objects.get(`${bucket}/${key.join('/')}`);
    const refusal = bucket === 'public' ? null : refusalOf(request, url);
    const isThere = [...this.objects.keys()].some((name) => name.startsWith(`${bucket}/`));
    if (refusal !== null) refuse(response, request, 403, refusal);
    else if (!isThere) refuse(response, request, 404, 'NoSuchBucket');
    else if (url.searchParams.has('list-type')) this.#list(response, bucket, url);
    else if (object === undefined) refuse(response, request, 404, 'NoSuchKey');
    else this.sent += send(response, request, object);
  }

  #list(response: ServerResponse, bucket: string, url: URL): void {
    const prefix = `${bucket}/${url.searchParams.get('prefix') ?? ''}`;
    const found = [...this.objects].filter(([name]) => name.startsWith(prefix)).sort(byKey);
    const start = Number(url.searchParams.get('continuation-token') ?? 0);
    const page = found.slice(start, start + PAGE);
    const next = start + PAGE < found.length ? start + PAGE : null;
    const written = url.searchParams.get('encoding-type') === 'url' ? encodeURIComponent : escaped;
    const contents = page.map(
      ([name, object]) =>
        `<Contents><Key>${written(name.slice(bucket.length + 1))}</Key><LastModified>2018-07-31T00:00:00.000Z</LastModified>` +
        `<ETag>&quot;${tagOf(object)}&quot;</ETag><Size>${object.length}</Size></Contents>`,
    );
    const body =
      `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${bucket}</Name>` +
      `${written === escaped ? '' : '<EncodingType>url</EncodingType>'}<IsTruncated>${next !== null}</IsTruncated>` +
      `${next === null ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}` +
      `<KeyCount>${page.length}</KeyCount><MaxKeys>${PAGE}</MaxKeys>${contents.join('')}</ListBucketResult>`;
    response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
  }
}

/** Keys on a page of a listing. */
const PAGE = 1000;
/** The hash of each object, which is asked for with every page. */
const tags = new WeakMap<Buffer, string>();

function tagOf(object: Buffer): string {
  const tag = tags.get(object) ?? createHash('md5').update(object).digest('hex');
  tags.set(object, tag);
  return tag;
}

function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** @returns the bytes that are sent */
function send(response: ServerResponse, request: IncomingMessage, object: Buffer): number {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const part = from === undefined ? object : object.subarray(Number(from), to ? Number(to) + 1 : undefined);
  const headers = {
    'accept-ranges': 'bytes',
    'content-length': part.length,
    'last-modified': 'Tue, 31 Jul 2018 00:00:00 GMT',
    etag: `"${tagOf(object)}"`,
  };
  const range =
    from === undefined
      ? {}
      : { 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${object.length}` };
  response.writeHead(from === undefined ? 200 : 206, { ...headers, ...range });
  response.end(request.method === 'HEAD' ? undefined : part);
  return request.method === 'HEAD' ? 0 : part.length;
}

function refuse(response: ServerResponse, request: IncomingMessage, status: number, code: string): void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>refused</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;

/** @returns why the signature of a request is wrong; null for a good one */
function refusalOf(request: IncomingMessage, url: URL): string | null {
  const [, key, day = '', region = '', names = '', signature] =
    SIGNED.exec(request.headers.authorization ?? '') ?? [];
  if (key === undefined) return 'AccessDenied';
  if (key !== ACCESS_KEY) return 'InvalidAccessKeyId';
  const encoded = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [
    request.method,
    url.pathname,
    query.join('&'),
    headers.join(''),
    names,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash].join('\n');
  const secret = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${SECRET_KEY}`,
  );
  const expected = createHmac('sha256', secret).update(text).digest('hex');
  return expected === signature ? null : 'SignatureDoesNotMatch';
}
