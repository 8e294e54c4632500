import { gzipSync } from 'node:zlib';

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** As it is sent: nothing resolves dots or encodes characters. */
  path: string;
  headers: Record<string, string>;
  /** HTTP/1.1 asks for one; a client may leave it out. */
  withoutHost?: boolean;
  /** Sent with content-length, or in chunks. */
  body?: Buffer;
  chunked?: boolean;
}

const CUSTOMER = {
  customer_id: 1,
  country_code: 'Peru',
  total_orders: 15,
  segment_name: 'frequency_segment',
  as_of: '2026-07-01',
};
const JSON_TYPE = 'application/json';
const NDJSON = 'application/x-ndjson';

/** Each with its usual type. */
const BODIES: [type: string, body: string | Buffer][] = [
  [JSON_TYPE, JSON.stringify(CUSTOMER)],
  [JSON_TYPE, JSON.stringify({ ...CUSTOMER, segment_name: 'recency_segment', last_order_ts: '2026-03-30' })],
  [JSON_TYPE, JSON.stringify({ ...CUSTOMER, segment_name: 'combined_segment' })],
  [JSON_TYPE, JSON.stringify({ ...CUSTOMER, country_code: 'Atlantis', customer_id: 'ß中\u{1f600}' })],
  [JSON_TYPE, JSON.stringify({ ...CUSTOMER, segment_name: 'no_such' })],
  [JSON_TYPE, JSON.stringify({ ...CUSTOMER, total_orders: -1, customer_id: 1.5 })],
  [JSON_TYPE, `\ufeff${JSON.stringify(CUSTOMER)}`],
  [JSON_TYPE, '{"customer_id": 1'],
  [JSON_TYPE, 'null'],
  [JSON_TYPE, ''],
  [JSON_TYPE, Buffer.from(JSON.stringify({ ...CUSTOMER, country_code: 'Côte' }), 'latin1')],
  [JSON_TYPE, JSON.stringify({ ...CUSTOMER, customer_id: '\ufffd' })],
  [JSON_TYPE, ' '.repeat(70_000)],
  [JSON_TYPE, JSON.stringify([CUSTOMER, { ...CUSTOMER, total_orders: 'x' }, 7])],
  [NDJSON, `${JSON.stringify(CUSTOMER)}\n\n{"a"\n${JSON.stringify(CUSTOMER)}`],
  [NDJSON, Buffer.concat([Buffer.from([0xff, 10]), Buffer.from(`${JSON.stringify(CUSTOMER)}\n`)])],
  [NDJSON, ''],
  ['application/x-www-form-urlencoded', 'customer_id=1'],
];

const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'Application/JSON ;charset="UTF-8"',
  'application/json; charset=iso-8859-1',
  'application/json;charset=',
  'application/vnd.a+b+json',
  'application/x-ndjson;charset=utf-16',
  'text/plain',
  'text/json',
  'application/json, text/plain',
  'json',
  ';',
];

const ENCODINGS = ['gzip', 'GZIP', 'x-gzip', 'br', 'identity', 'gzip, br', 'nonsense'];
const ACCEPTED = ['gzip', 'gzip, deflate, br', 'br', 'identity', 'gzip;q=0', '*', '*;q=0', ''];
const TAGS = ['*', ' * ', '"x"', 'W/"x"', 'x', '"', '"a", W/"b"'];
const IDS = ['an-id', 'x'.repeat(128), 'x'.repeat(129), 'a b', 'a"b', 'é', ''];
const HOSTS = [
  'localhost',
  'EXAMPLE.com:80',
  'a b',
  'l:99999',
  '[::1',
  '%zz',
  'xn--',
  '127.0.0.1',
  'a/b',
  'a?b',
  'a@b',
];
const TOKENS = ['Bearer wrong', 'Bearer', 'bearer  x', 'Basic YTpi', 'x'];

const PATHS = [
  '/voucher',
  '/vouchers',
  '/artifact',
  '/artifact/segments',
  '/health',
  '/ready',
  '/uploads',
  '/uploads/a.csv',
  '/runs',
  '/runs/run-1',
  '/versions',
  '/versions/diff',
  '/rollback',
  '/nowhere',
];

const QUERIES = ['', '', '', '?', '?explain=true', '?explain=1', '?explain', '?trend=true', '?trend=TRUE'];
const MORE_QUERIES = [
  '?segment=frequency_segment',
  '?segment=no',
  '?a=%zz',
  '?explain=true&explain=true',
  '?a?b=/../c',
];

/** What clients, proxies and attackers make of a path. */
const DISTORTIONS: ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => `/.${path}`,
  (path) => `/a/..${path}`,
  (path) => `/..${path}`,
  (path) => `${path}/.`,
  (path) => `${path}/../..${path}`,
  (path) => `${path}/../voucher`,
  (path) => `/%2e%2e${path}`,
  (path) => `/%2E${path}`,
  (path) => `/a/.%2e${path}`,
  (path) => path.replace('o', '%6f'),
  (path) => path.replace('/', '/%2f'),
  (path) => path.replace(/\/(\w)/, '/%2f$1'),
  (path) => path.toUpperCase(),
  (path) => `${path}%20`,
  (path) => `${path}%00`,
  (path) => `${path}%`,
  (path) => `${path}%zz`,
  (path) => `${path}%ff`,
  (path) => `${path}%C3%A9`,
  (path) => `${path};v=1`,
  (path) => `${path}\\`,
  (path) => path.replaceAll('/', '\\').replace('\\', '/'),
  (path) => `${path}#fragment`,
  (path) => `${path}|{}^\``,
  (path) => `${path}"<>'`,
  (path) => `${path}//`,
  (path) => path.replace('/', '//'),
  (path) => `http://elsewhere.example${path}`,
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'BREW'];

/** @returns requests that look like those of real clients, and that go wrong in every way that there is, mixed by a seed */
export function generatedRequests(count: number, seed: number): WireRequest[] {
  const random = generator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (share: number) => random() < share;

  function request(): WireRequest {
    const posted = chance(0.5);
    let path = posted ? pick(['/voucher', '/vouchers']) : pick(PATHS);
    if (chance(0.25)) path = pick(DISTORTIONS)(path);
    path += chance(0.7) ? pick(QUERIES) : pick(MORE_QUERIES);
    const method = posted && chance(0.85) ? 'POST' : chance(0.6) ? 'GET' : pick(METHODS);
    const headers: Record<string, string> = { 'x-request-id': 'same' };
    if (chance(0.1)) headers['x-request-id'] = pick(IDS);
    if (chance(0.25)) headers['accept-encoding'] = pick(ACCEPTED);
    if (chance(0.2)) headers['if-none-match'] = pick(TAGS);
    if (chance(0.1)) headers.host = pick(HOSTS);
    if (chance(0.1)) headers.authorization = pick(TOKENS);
    if (chance(0.05)) headers.origin = 'https://shop.example';
    const withoutHost = chance(0.03);
    if (method !== 'POST' && !chance(0.3)) return { method, path, headers, withoutHost };
    const [type, text] = chance(0.4) ? pick(BODIES.slice(0, 4)) : pick(BODIES);
    if (!chance(0.05)) headers['content-type'] = chance(0.75) ? type : pick(TYPES);
    let body = Buffer.from(text);
    if (chance(0.12)) {
      headers['content-encoding'] = pick(ENCODINGS);
      if (chance(0.7)) body = gzipSync(body);
    }
    return { method, path, headers, withoutHost, body, chunked: chance(0.2) };
  }

  return Array.from({ length: count }, request);
}

/** mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
