import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Told {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Hooks {
  origin: string;
  /** What came, the oldest first. */
  told: Told[];
  stop: () => Promise<void>;
}

/**
 * A server of webhooks on a free port of the loopback. Each path has its manner: /ok takes what comes, /busy is busy, /busy-once only
 * for the first, /moved redirects to /ok, /gone is 404, /hang never answers, /drip begins an answer that does not end.
 * GET /told has what came, for a runtime that cannot look into this process.
 */
export async function startHooks(): Promise<Hooks> {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    const { url: path = '/', headers, method } = request;
    if (method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
      return;
    }
    const isFirst = !told.some((one) => one.path === path);
    told.push({ path, headers, body: await text(request) });
    if (path === '/hang') return;
    if (path === '/drip') response.writeHead(200).write('one moment');
    else if (path === '/busy' || (path === '/busy-once' && isFirst)) response.writeHead(503).end();
    else if (path === '/moved') response.writeHead(307, { location: '/ok' }).end();
    else if (path === '/gone') response.writeHead(404).end('no such hook');
    else response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    told,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
