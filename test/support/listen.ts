import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

export interface Listening {
  origin: string;
  stop: () => Promise<void>;
}

/** Serves something that answers as a Worker does, on a free port of the loopback. */
export async function listen(answer: (request: Request) => Promise<Response>): Promise<Listening> {
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = method === 'GET' || method === 'HEAD' ? null : await buffer(incoming);
    const request = new Request(`http://127.0.0.1${url}`, { method, headers: headers as HeadersInit, body });
    const response = await answer(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]).pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
