import { describe, expect, it } from 'vitest';
import { livePointer, publish } from '../../../src/core/publish/publish.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { MOMENT, service } from '../../support/service.ts';

const TOKEN = 'the-admin-token';
const [ten, twenty] = await Promise.all([artifactGiving(10), artifactGiving(20)]);

/** A service whose versions are two, of which the second is live. */
async function published() {
  const kv = memoryKv();
  await publish(kv, ten, { by: 'ana', now: MOMENT - 2000 });
  await publish(kv, twenty, { by: 'ana', now: MOMENT - 1000 });
  const { send } = await service(undefined, { adminToken: TOKEN, kv });
  const rollback = (body: string, type: string) =>
    send('POST', '/rollback', {
      body,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type },
    });
  return { kv, rollback };
}

describe('POST /rollback', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/crm+json',
  ])('moves the pointer for a body that is said to be %s', async (type) => {
    const { kv, rollback } = await published();
    const response = await rollback(JSON.stringify({ version: ten.version }), type);
    expect(await response.json()).toMatchObject({ moved: true, pointer: { version: ten.version } });
    expect(response.status).toBe(200);
    expect(await livePointer(kv)).toMatchObject({ version: ten.version, previous: twenty.version });
  });

  it('takes no body as one without keys, as `curl -X POST` sends it', async () => {
    const { kv, rollback } = await published();
    expect((await rollback('', 'application/x-www-form-urlencoded')).status).toBe(200);
    expect(await livePointer(kv)).toMatchObject({ version: ten.version, reason: null });
  });

  it.each([
    ['no JSON', '{', 'application/json', 400, 'malformed_json'],
    ['no type that it takes', '{}', 'text/plain; a=application/json', 415, 'unsupported_media_type'],
    ['a word for a version', '{"version":"before"}', 'application/json', 422, 'invalid_request'],
    ['a reason of two lines', '{"reason":"one\\ntwo"}', 'application/json', 422, 'invalid_request'],
    [
      'a reason of 10 KB',
      JSON.stringify({ reason: 'x'.repeat(10_240) }),
      'application/json',
      422,
      'invalid_request',
    ],
    ['a key too many', `{"version":"${ten.version}","by":"me"}`, 'application/json', 422, 'invalid_request'],
  ])('refuses a body with %s, and moves nothing', async (_, body, type, status, code) => {
    const { kv, rollback } = await published();
    const response = await rollback(body, type);
    expect(await response.json()).toMatchObject({ status, code });
    expect(await livePointer(kv)).toMatchObject({ version: twenty.version });
  });
});
