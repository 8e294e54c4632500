import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { REQUEST } from '../support/artifacts.ts';
import { type DenoServer, startService } from './support.ts';

const BODY = JSON.stringify(REQUEST);
const running: DenoServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.kill();
});

async function serve(...options: Parameters<typeof startService>): Promise<DenoServer> {
  const server = await startService(...options);
  running.push(server);
  return server;
}

const linesOf = (server: DenoServer, action: string) =>
  server
    .output()
    .out.split('\n')
    .filter((line) => line.includes(`"event.action":"${action}"`));

/** Sends one request over a connection that is kept. @returns the status, or the code of what went wrong */
function post({ origin }: DenoServer, agent: Agent): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': BODY.length };
    const sent = request(`${origin}/voucher`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(BODY);
  });
}

describe('a server with too many open files', () => {
  it('answers over connections that are open, takes new ones when others close, and says so once', async () => {
    const server = await serve({ limit: 48 });
    const { port, hostname } = new URL(server.origin);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await post(server, agent)).toBe(200);
    for (let round = 0; round < 3; round++) {
      const sockets: Socket[] = [];
      for (let count = 0; count < 100; count++) {
        sockets.push(connect(Number(port), hostname).on('error', () => {}));
      }
      await expect.poll(() => linesOf(server, 'listen').length, { timeout: 20_000 }).toBe(1);
      for (let count = 0; count < 20; count++) expect(await post(server, agent)).toBe(200);
      for (const socket of sockets) socket.destroy();
      const fresh = () => post(server, new Agent());
      await expect.poll(fresh, { timeout: 20_000 }).toBe(200);
    }
    expect(await server.stop()).toBe(143);
    const [line = ''] = linesOf(server, 'listen');
    expect(JSON.parse(line)).toMatchObject({
      'error.message': expect.stringContaining('Too many open files'),
    });
    expect(server.output().err).not.toMatch(/uncaught/i);
    agent.destroy();
  });
});

describe('SIGTERM under load', () => {
  it('loses no request: each is answered, or its connection was never taken', async () => {
    for (let round = 0; round < 3; round++) {
      const server = await serve({});
      const outcomes = new Map<number | string, number>();
      let answered = 0;
      let isOver = false;
      const client = async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        while (!isOver) {
          const outcome = await post(server, agent);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          if (outcome === 200) answered++;
          else isOver = true;
        }
        agent.destroy();
      };
      const clients = Array.from({ length: 16 }, client);
      await expect.poll(() => answered, { timeout: 60_000, interval: 5 }).toBeGreaterThan(300);
      const stopped = server.stop();
      await Promise.all(clients);
      expect(await stopped).toBe(143);
      expect([...outcomes.keys()].sort()).toEqual([200, 'ECONNREFUSED']);
      expect(linesOf(server, 'voucher').length).toBeLessThanOrEqual(answered);
    }
  });

  it('answers a batch to its end whose lines still come', async () => {
    const server = await serve({});
    const headers = { 'content-type': 'application/x-ndjson' };
    const answered = Promise.withResolvers<string>();
    let text = '';
    const sent = request(`${server.origin}/vouchers`, { method: 'POST', headers }, (response) => {
      response.setEncoding('utf8').on('data', (data: string) => {
        text += data;
      });
      response.on('end', () => answered.resolve(text));
      response.on('error', answered.reject);
    });
    sent.on('error', answered.reject);
    sent.write(`${BODY}\n`);
    await expect.poll(() => text, { timeout: 20_000 }).toContain('voucher_amount');
    const stopped = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 700));
    sent.end(`${BODY}\n`);
    const lines = (await answered.promise).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).voucher_amount)).toEqual([
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(await stopped).toBe(143);
  });

  it('sends the answers of others though a client stands still', async () => {
    const server = await serve({});
    const { port, hostname } = new URL(server.origin);
    const open = (head: string) => {
      const socket = connect(Number(port), hostname).on('error', () => {});
      socket.write(`POST /voucher HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${head}\r\n\r\n`);
      return socket;
    };
    const stands = open('content-length: 1000');
    const slow = open(`content-length: ${BODY.length}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stopped = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const answer = new Promise<string>((resolve) => {
      let text = '';
      slow.setEncoding('utf8').on('data', (data) => {
        text += data;
      });
      slow.on('close', () => resolve(text));
    });
    slow.write(BODY);
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await stopped).toBe(143);
    stands.destroy();
  });

  it('tells clients of pages, preflights and routes to close their connections', async () => {
    const server = await serve({ env: { CORS_ORIGINS: 'https://shop.example' } });
    const { port, hostname } = new URL(server.origin);
    // As long as this request comes in, the server answers others.
    const stands = connect(Number(port), hostname).on('error', () => {});
    stands.write('POST /voucher HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n');
    await expect.poll(() => ask('GET', '/health')).toEqual([200, undefined]);
    const stopped = server.stop();
    await expect.poll(() => ask('GET', '/health')).toEqual([200, 'close']);
    const answers = [
      ask('GET', '/'),
      ask('GET', '/docs'),
      ask('OPTIONS', '/voucher'),
      ask('GET', '/nothing'),
    ];
    expect(await Promise.all(answers)).toEqual([
      [200, 'close'],
      [200, 'close'],
      [204, 'close'],
      [404, 'close'],
    ]);
    stands.destroy();
    expect(await stopped).toBe(143);

    function ask(method: string, path: string): Promise<unknown> {
      const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
      return new Promise((resolve) => {
        const agent = new Agent({ keepAlive: true });
        const sent = request(`${server.origin}${path}`, { method, agent, headers }, (response) => {
          resolve([response.statusCode, response.headers.connection]);
          agent.destroy();
        });
        sent.on('error', resolve);
        sent.end();
      });
    }
  });

  it('answers a request that takes long, and ends at once at a second signal', async () => {
    const server = await serve({});
    const { port, hostname } = new URL(server.origin);
    const socket = connect(Number(port), hostname);
    const half = BODY.slice(0, 10);
    socket.write(
      `POST /voucher HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${half}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stopped = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (data) => {
        text += data;
      });
      socket.on('close', () => resolve(text));
    });
    socket.write(BODY.slice(10));
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await stopped).toBe(143);

    const other = await serve({});
    const hanging = connect(Number(new URL(other.origin).port), hostname);
    hanging.on('error', () => {});
    hanging.write('POST /voucher HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const started = performance.now();
    const ending = other.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(other.pid, 'SIGTERM');
    expect(await ending).toBe(143);
    expect(performance.now() - started).toBeLessThan(7_000);
    hanging.destroy();
  });
});
