import { createApp } from '../../src/app.ts';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { emptyAssignment, type RawRow } from '../../src/core/history/clean.ts';
import { parseTime } from '../../src/core/time.ts';
import { copyHeaders } from '../../src/http/respond.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import history from '../golden/history.json' with { type: 'json' };
import table from '../golden/requests.json' with { type: 'json' };
import { storeOf } from './artifacts.ts';
import { cleaner, DEFAULT_READING } from './reading.ts';

/** The first system's own request. */
export const FIRST_REQUEST = {
  customer_id: 123,
  last_order_ts: '2020-07-30 10:12:13',
  country_code: 'Peru',
  total_orders: 15,
  segment_name: 'recency_segment',
};

/** One line of test/golden/requests.json. Where nothing else is said, it is a POST of JSON to /voucher. */
export interface GoldenCase {
  name: string;
  request: GoldenRequest;
  status: number;
  /** The whole body, without `artifact_version` and `version`. */
  answer?: Record<string, unknown>;
  /** `errors` are the paths, in order. */
  problem?: { code: string; errors?: string[] };
  headers?: Record<string, string>;
}

interface GoldenRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: unknown;
  rawBody?: string;
  hexBody?: string;
  /** Open, times, close: `["[", 3, "]"]` is `[[[]]]`; `within` is in the middle. */
  repeat?: [open: string, times: number, close: string];
  within?: string;
  /** Sent in pieces, without a content-length. */
  chunked?: boolean;
}

export const cases = table.cases as GoldenCase[];

/** The version that the golden history has, whatever computes it. */
export const { version } = table;

const NOW = (parseTime(table.now) ?? Number.NaN) * 1000;

/** A store of the artifact of test/golden/history.json, made by the rules that make every artifact. */
export async function goldenStore(): Promise<ArtifactStore> {
  const parsed = parseConfig(history.config);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const cube = new Cube(cubeLayout(parsed.value));
  const assignment = emptyAssignment();
  for (const fields of history.rows) {
    const named = history.columns.map((column, index) => [column, fields[index] ?? '']);
    const reason = cleaner(DEFAULT_READING)(Object.fromEntries(named) as RawRow, assignment);
    if (reason === null) cube.add(assignment);
    else cube.drop(assignment.country, reason);
  }
  return storeOf(await assembleArtifact(cube, [], parsed.value), 'golden');
}

/** The service at the moment of the golden table. */
export async function goldenApp(respond = copyHeaders): Promise<ReturnType<typeof createApp>> {
  return createApp({
    store: await goldenStore(),
    clock: { now: () => NOW, elapsed: () => 0 },
    log: () => {},
    respond,
  });
}

/** @returns the request of a case, as `fetch` takes it */
export function goldenRequest({ request }: GoldenCase): { path: string; init: RequestInit } {
  const { method = 'POST', path = '/voucher', headers, chunked } = request;
  const bytes = bodyOf(request);
  const init: RequestInit = { method, headers: { 'content-type': 'application/json', ...headers } };
  if (bytes !== null) Object.assign(init, { body: chunked ? inPieces(bytes) : bytes, duplex: 'half' });
  return { path, init };
}

/** The same without a server between: a server would announce the length of the body. */
export function directRequest(golden: GoldenCase): Request {
  const { path, init } = goldenRequest(golden);
  const request = new Request(`http://localhost${path}`, init);
  if (init.body instanceof Uint8Array) request.headers.set('content-length', String(init.body.length));
  return request;
}

function bodyOf(request: GoldenRequest): Uint8Array<ArrayBuffer> | null {
  const { body, rawBody, hexBody, repeat, within = '' } = request;
  const encode = (text: string) => new TextEncoder().encode(text);
  if (repeat) return encode(repeat[0].repeat(repeat[1]) + within + repeat[2].repeat(repeat[1]));
  if (hexBody !== undefined) {
    return Uint8Array.from(hexBody.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
  }
  if (rawBody !== undefined) return encode(rawBody);
  return body === undefined ? null : encode(JSON.stringify(body));
}

function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  const size = 10_000;
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
      else controller.close();
      at += size;
    },
  });
}
