import { Agent, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { WireRequest } from './generated-requests.ts';

/** An answer without the parts that have no meaning. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What a client may see; the rest (date, connection, transfer-encoding) is between two machines. */
const SEEN = [
  'accept-encoding',
  'access-control-allow-origin',
  'allow',
  'cache-control',
  'content-encoding',
  'content-security-policy',
  'content-type',
  'etag',
  'location',
  'retry-after',
  'vary',
  'www-authenticate',
  'x-artifact-version',
  'x-content-type-options',
];

/** A connection for each request: a server may close one after a request that it did not understand. */
const agent = new Agent({ keepAlive: false });

/**
 * Sends a request as it is, and undoes gzip. A server that answers without reading a large body may close the connection
 * before the answer is seen: then it is asked again.
 *
 * @returns status 0 for no answer
 */
export async function send(origin: string, request: WireRequest): Promise<WireAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await sendOnce(origin, request);
    if (answer.status !== 0 || (request.body?.length ?? 0) < 60_000 || attempt === 10) return answer;
  }
}

function sendOnce(
  origin: string,
  { method, path, headers, withoutHost = false, body, chunked }: WireRequest,
): Promise<WireAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const none = (error: Error) => resolve({ status: 0, headers: {}, body: error.message });
    let sent: ReturnType<typeof request>;
    try {
      sent = request({ hostname, port, method, path, headers, agent, setHost: !withoutHost });
    } catch (error) {
      return none(error as Error);
    }
    sent.on('error', none).on('response', (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', none).on('end', () => {
        const seen = SEEN.flatMap((name): [string, string][] => {
          const value = response.headers[name];
          return value === undefined ? [] : [[name, String(value)]];
        });
        const id = String(response.headers['x-request-id']);
        seen.push(['x-request-id', /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? 'a new one' : id]);
        let bytes = Buffer.concat(pieces);
        if (response.headers['content-encoding'] === 'gzip' && bytes.length > 0) bytes = gunzipSync(bytes);
        const length = method === 'HEAD' ? response.headers['content-length'] : undefined;
        if (length !== undefined) seen.push(['content-length', length]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(seen),
          body: String(bytes).replaceAll(id, 'ID'),
        });
      });
    });
    if (body === undefined) return sent.end();
    if (chunked) {
      sent.setHeader('transfer-encoding', 'chunked');
      const size = Math.max(50, body.length / 4);
      for (let at = 0; at < body.length; at += size) sent.write(body.subarray(at, at + size));
      return sent.end();
    }
    sent.setHeader('content-length', body.length);
    sent.end(body);
  });
}
