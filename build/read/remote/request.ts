import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { DataError } from '../../../src/core/errors.ts';
import { allowsPrivate, isPrivate, lookupPublic, requirePublic } from './private-address.ts';

/** Milliseconds that a server may take to answer, and between two pieces of its answer. */
export const PATIENCE_MS = 60_000;
const MOST_REDIRECTS = 10;

/** What connects to the hosts of redirects: it keeps no connection to a host that was not checked. */
const guarded = { 'http:': new http.Agent(), 'https:': new https.Agent() };

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** To be read to its end or destroyed. */
  body: http.IncomingMessage;
  /** Whether the server has a loopback or private address. */
  isPrivate: boolean;
}

/** Gives the headers that sign a request of a storage. */
export type Sign = (url: URL) => Promise<Record<string, string>>;

/**
 * Asks for an address, and follows redirects: ten at most; none from https to http, and none to a loopback or private
 * address from https or from a public address, unless the environment allows that. Nothing is decoded: the body is the
 * bytes as they are stored. (`fetch` would unpack a body of `content-encoding: gzip`, and cannot check what a name leads to.)
 *
 * @param sign for a storage, whose redirects are not followed: what is signed is for one host
 * @throws DataError for a redirect that is refused; errors of the connection as Node gives them
 */
export async function get(
  address: URL,
  headers: Record<string, string>,
  sign: Sign | null = null,
): Promise<Answer> {
  let url = address;
  let publicOnly = false;
  const asked = { accept: '*/*', 'accept-encoding': 'identity', ...headers };
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await ask(url, sign === null ? asked : { ...asked, ...(await sign(url)) }, publicOnly);
    const location = isRedirect(answer.status) ? answer.headers.location : undefined;
    if (location === undefined || sign !== null) return answer;
    answer.body.destroy();
    const next = URL.parse(location, url);
    if (next === null) throw new DataError('the server redirects to something that is not an address');
    requireSafe(url, next);
    publicOnly ||= !allowsPrivate(process.env) && (url.protocol === 'https:' || !answer.isPrivate);
    if (publicOnly) requirePublic(next.hostname);
    url = next;
  }
  throw new DataError(`the server redirects more than ${MOST_REDIRECTS} times: is it a loop?`);
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function requireSafe(from: URL, to: URL): void {
  const isHttp = to.protocol === 'http:' || to.protocol === 'https:';
  if (isHttp && !(from.protocol === 'https:' && to.protocol === 'http:')) return;
  throw new DataError(
    `the server redirects from ${from.protocol}// to ${to.protocol}//, which is not followed: name the address that you trust`,
  );
}

async function ask(url: URL, asked: Record<string, string>, publicOnly: boolean): Promise<Answer> {
  const { request } = url.protocol === 'https:' ? https : http;
  const agent = guarded[url.protocol === 'https:' ? 'https:' : 'http:'];
  const sent = request(url, { headers: asked, ...(publicOnly ? { lookup: lookupPublic, agent } : {}) });
  const timer = setTimeout(() => sent.destroy(new Silence()), PATIENCE_MS);
  try {
    sent.end();
    const [body] = (await once(sent, 'response')) as [http.IncomingMessage];
    // Errors are met by who reads it.
    body.on('error', () => {});
    const { statusCode = 0, headers, socket } = body;
    return { status: statusCode, headers, body, isPrivate: isPrivate(socket.remoteAddress ?? '') };
  } finally {
    clearTimeout(timer);
  }
}

/** A server that says nothing. */
class Silence extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super(`no answer for ${PATIENCE_MS / 1000} seconds`);
  }
}

/** Passes on the pieces of a body, each of which may be waited for {@link PATIENCE_MS}. */
export async function* piecesOf(body: http.IncomingMessage): AsyncGenerator<Buffer> {
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(new Silence()), PATIENCE_MS);
      const { value, done } = await pieces.next().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    body.destroy();
  }
}
