import { describe, expect, test } from 'vitest';
import type { Reply } from '../../../src/http/exchange.ts';
import { headerTemplate } from '../../../src/http/headers.ts';
import { copyHeaders, setHeaders } from '../../../src/http/respond.ts';

const headers = headerTemplate({ 'content-type': 'application/json', 'x-check-age': '0' });
const older = headerTemplate({ 'content-type': 'application/json', 'x-check-age': '1' });
const repeated = (body: string, template = headers): Reply => ({
  status: 200,
  headers: template,
  body,
  repeats: true,
});

describe.each([
  ['Node and workerd', copyHeaders],
  ['Deno', setHeaders],
])('A response as it is made for %s', (_, respond) => {
  test('has its own id and text, though the same answer was given before', async () => {
    const replies = [
      repeated('{"a":1}'),
      repeated('{"a":1}'),
      repeated('{"a":2}'),
      repeated('{"a":1}', older),
    ];
    const responses = replies.map((reply, at) => respond(reply, `id-${at}`));
    const seen = await Promise.all(
      responses.map(async (response) => [
        response.headers.get('x-request-id'),
        response.headers.get('content-type'),
        response.headers.get('x-check-age'),
        await response.text(),
      ]),
    );
    expect(seen).toEqual([
      ['id-0', 'application/json', '0', '{"a":1}'],
      ['id-1', 'application/json', '0', '{"a":1}'],
      ['id-2', 'application/json', '0', '{"a":2}'],
      ['id-3', 'application/json', '1', '{"a":1}'],
    ]);
  });

  test('keeps nothing of what was done to another response of the same answer', async () => {
    const first = respond(repeated('{}'), 'first');
    first.headers.set('connection', 'close');
    await first.text();
    const second = respond(repeated('{}'), 'second');
    expect(second.headers.get('connection')).toBeNull();
    expect(second.headers.get('x-request-id')).toBe('second');
    expect(await second.text()).toBe('{}');
  });
});
