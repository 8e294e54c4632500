import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll } from 'vitest';

/** A request for a file, which a test may answer in its own way. */
export interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  file: Buffer;
  /** The first byte that is asked for, 0 without a range; and the place behind the last one. */
  start: number;
  end: number;
  /** How often this path was asked for from a later byte than 1 on or without an end, this time included. */
  times: number;
}

/** A server of files on the loopback address, with ranges and ETags unless a test wants others. */
export class FileServer {
  readonly url: string;
  /** By path, such as `/a.csv`. */
  readonly files = new Map<string, Buffer>();
  /** Bytes of files that were sent. */
  sent = 0;
  /** What a test answers a request with, in place of the file, if it returns true. */
  answer: ((asked: Asked) => boolean) | null = null;
  readonly #times = new Map<string, number>();

  private constructor(url: string) {
    this.url = url;
  }

  /** Starts a server, which is stopped when the tests of the file are done. */
  static async start(): Promise<FileServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const files = new FileServer(`http://127.0.0.1:${port}`);
    server.on('request', (request, response) => files.#answer(request, response));
    return files;
  }

  /** Forgets what a test did. */
  reset(): void {
    this.files.clear();
    this.#times.clear();
    this.answer = null;
    this.sent = 0;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', this.url);
    const file = this.files.get(pathname);
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const isProbe = to === '0' || to === '3';
    const times = (this.#times.get(pathname) ?? 0) + (isProbe ? 0 : 1);
    this.#times.set(pathname, times);
    const all = file ?? Buffer.alloc(0);
    const end = to === '' ? all.length : Math.min(all.length, Number(to) + 1);
    if (this.answer?.({ request, response, file: all, start: Number(from), end, times: isProbe ? 0 : times }))
      return;
    if (file === undefined) response.writeHead(404).end('not here');
    else this.send({ request, response, file, start: Number(from), end });
  }

  /** Sends what is asked for. @param headers in place of those that are sent otherwise; undefined takes one away */
  send(
    { request, response, file, start, end }: Omit<Asked, 'times'>,
    headers: Record<string, string | undefined> = {},
  ): void {
    const etag = `"${createHash('md5').update(file).digest('hex')}"`;
    const isRange = request.headers.range !== undefined && (request.headers['if-range'] ?? etag) === etag;
    const part = isRange ? file.subarray(start, end) : file;
    this.sent += part.length;
    const all = {
      etag,
      'content-length': String(part.length),
      ...(isRange ? { 'content-range': `bytes ${start}-${end - 1}/${file.length}` } : {}),
      ...headers,
    };
    const status = isRange ? (file.length === 0 ? 416 : 206) : 200;
    response.writeHead(
      status,
      Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    );
    response.end(part);
  }
}
