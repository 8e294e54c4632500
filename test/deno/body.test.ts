import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REQUEST } from '../support/artifacts.ts';
import { type DenoServer, serveWithDeno } from './support.ts';

let deno: DenoServer;
beforeAll(async () => {
  deno = await serveWithDeno('test/deno/serve.ts');
});
afterAll(() => deno.stop());

/** Sends a body with its headers, or some time after them. @returns the status and the answer */
async function post(body: Buffer, after: number): Promise<string> {
  const { hostname, port } = new URL(deno.origin);
  const socket = connect(Number(port), hostname).setNoDelay().setEncoding('utf8');
  let text = '';
  socket.on('data', (piece) => {
    text += piece;
  });
  const head = `POST /voucher HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-Request-Id: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
  if (after === 0) socket.write(Buffer.concat([Buffer.from(head), body]));
  else {
    socket.write(head);
    await sleep(after);
    socket.write(body);
  }
  await once(socket, 'close');
  return `${text.slice(9, 12)} ${text.slice(text.indexOf('\r\n\r\n') + 4)}`;
}

const GOOD = JSON.stringify(REQUEST);

describe('a body that comes with its headers is answered on Deno as one that comes later', () => {
  it.each([
    ['of JSON', Buffer.from(GOOD), 200],
    ['with a byte order mark', Buffer.from(`\ufeff${GOOD}`), 200],
    ['with two of them', Buffer.from(`\ufeff\ufeff${GOOD}`), 400],
    ['with more than ASCII', Buffer.from(JSON.stringify({ ...REQUEST, customer_id: 'ß中\u{1f600}' })), 200],
    ['in Latin-1', Buffer.from(JSON.stringify({ ...REQUEST, country_code: 'Côte' }), 'latin1'), 400],
    ['with U+FFFD', Buffer.from(JSON.stringify({ ...REQUEST, customer_id: '\ufffd' })), 400],
    ['that is empty', Buffer.from(' '), 400],
    ['that does not parse', Buffer.from('{"a"'), 400],
  ])('%s', async (_, body, status) => {
    const [together, later] = [await post(body, 0), await post(body, 50)];
    expect(together).toBe(later);
    expect(together.slice(0, 3)).toBe(String(status));
  });
});
