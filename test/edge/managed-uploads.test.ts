import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { withRoutes } from '../../src/routes/ingestion.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import {
  afresh,
  built,
  deliver,
  drop,
  dropAs,
  fileBytes,
  idle,
  ingestion,
  keysBelow,
  liveText,
  message,
  patrolled,
} from './support/pipeline.ts';

afresh();

function ask(method: string, path: string, body?: unknown) {
  const { bucket, sequencer } = ingestion();
  const app = createApp({
    store: bundledStore(null),
    clock: systemClock,
    log: () => {},
    adminToken: 'token',
    // What a route tells the queue goes no further: each test delivers its messages itself.
    ingestion: withRoutes({ bucket, sequencer, events: { send: async () => undefined } }),
  });
  return app.request(`http://localhost${path}`, {
    method,
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const stateOf = async (name: string) => {
  const { uploads } = (await (await ask('GET', '/uploads')).json()) as {
    uploads: { name: string; state: string }[];
  };
  return uploads.find((upload) => upload.name === name);
};

/** The rows of a file, most of which have a time that nothing reads. */
function wrong(name: string): string {
  const [header, ...rows] = new TextDecoder().decode(fileBytes(name)).trim().split(/\r?\n/);
  return [header, ...rows.map((row, at) => (at % 3 === 0 ? row : row.replace(/^[^,]+/, 'soon'))), ''].join(
    '\n',
  );
}

it('what no run reads in the bucket is not listed as a new upload', async () => {
  await ingestion().bucket.put('uploads/_SUCCESS', '');
  await ingestion().bucket.put('uploads/2026/', '');
  await ingestion().bucket.put('uploads/2026/.part.csv.crc', 'x');
  await drop('a.csv');
  const { uploads } = (await (await ask('GET', '/uploads')).json()) as { uploads: { name: string }[] };
  expect(uploads.map(({ name }) => name)).toEqual(['a.csv']);
});

describe('a new file that a guard speaks against', () => {
  it('is set aside, and does not go live with the right one', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await dropAs('wrong.csv', wrong('c.csv'));
    expect(await deliver(message('wrong.csv'))).toMatchObject({
      state: 'refused',
      looked_at: [{ name: 'wrong.csv', state: 'set_aside', rows_read: 60 }],
      reasons: [
        expect.stringMatching(/^wrong.csv is set aside: .* POST \/uploads\/wrong.csv and .*, or delete it$/),
      ],
    });
    await drop('c.csv');
    expect(await deliver(message('c.csv'))).toMatchObject({ state: 'published' });
    expect(await liveText()).toBe(built('ac'));
    // What accepting it would change is known as well.
    expect(await stateOf('wrong.csv')).toMatchObject({
      state: 'set_aside',
      rows_read: 60,
      changes: { answers: { moved: expect.any(Number) } },
    });
    // What the right one would change was found out before it joined.
    expect(await stateOf('c.csv')).toMatchObject({
      state: 'joined',
      first_timestamp: expect.stringMatching(/^20/),
      reasons: [],
      changes: {
        answers: { moved: expect.any(Number), same: expect.any(Number) },
        largest: { segment: expect.any(String), amount: { before: expect.any(Number) } },
        segment: 'detailed_segment',
        spend: expect.arrayContaining([expect.objectContaining({ before: expect.any(Number) })]),
      },
    });
    // Nothing is tried again, and its counts are kept.
    const runs = (await ingestion().sequencer.runs()).length;
    await patrolled();
    expect(await ingestion().sequencer.runs()).toHaveLength(runs);
    expect(await keysBelow('cubes/')).toHaveLength(3);
  });

  it('of a handful of rows that cannot be kept, costs the history nothing', async () => {
    await drop('a.csv');
    const before = await deliver(message('a.csv'));
    await dropAs(
      'dropped.csv',
      wrong('c.csv')
        .split('\n')
        .slice(0, 4)
        .join('\n')
        .replaceAll(/^2[^,]+/gm, 'soon'),
    );
    const run = await deliver(message('dropped.csv'));
    expect(run).toMatchObject({
      state: 'published',
      looked_at: [{ state: 'joined', rows_read: 3, rows_kept: 0 }],
    });
    expect(run.counts?.rows_kept ?? before.counts?.rows_kept).toBe(before.counts?.rows_kept);
    await drop('c.csv');
    const after = await deliver(message('c.csv'));
    expect(after.state).toBe('published');
    const joined = after.looked_at[0]?.rows_kept ?? 0;
    expect(joined).toBeGreaterThan(50);
    expect(after.counts?.rows_kept).toBe((before.counts?.rows_kept ?? 0) + joined);
  });

  it('joins when it is accepted, past the guards, by name', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await dropAs('wrong.csv', wrong('c.csv'));
    await deliver(message('wrong.csv'));
    const accepted = await ask('POST', '/uploads/wrong.csv', { action: 'accept' });
    expect([accepted.status, await accepted.json()]).toMatchObject([
      202,
      { id: expect.stringMatching(/^run-/) },
    ]);
    expect(await idle()).toMatchObject({
      state: 'published',
      by: ['admin'],
      because: ['accepted wrong.csv'],
    });
    expect(await liveText()).not.toBe(built('a'));
    expect(await stateOf('wrong.csv')).toMatchObject({ state: 'accepted' });
    expect((await ask('POST', '/uploads/wrong.csv', { action: 'accept' })).status).toBe(409);
  });

  it('is gone when it is deleted, and can no longer be accepted', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await dropAs('wrong.csv', wrong('c.csv'));
    await deliver(message('wrong.csv'));
    expect((await ask('DELETE', '/uploads/wrong.csv')).status).toBe(204);
    expect((await ask('POST', '/uploads/wrong.csv', { action: 'accept' })).status).toBe(404);
    await deliver(message('wrong.csv', 'DeleteObject'));
    expect(await liveText()).toBe(built('a'));
    expect(await stateOf('wrong.csv')).toBeUndefined();
  });

  it('is set aside also as the first file, when what is live speaks against it', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await ingestion().bucket.delete('uploads/a.csv');
    await dropAs('wrong.csv', wrong('c.csv'));
    expect(await deliver(message('wrong.csv'))).toMatchObject({ state: 'refused' });
    await drop('a.csv', 'c.csv');
    expect(await deliver(message('c.csv'))).toMatchObject({ state: 'published' });
    expect(await liveText()).toBe(built('ac'));
  });
});

describe('a file whose rows are there under another name', () => {
  it.each([
    ['the same file', () => fileBytes('a.csv')],
    ['the same rows in another order', () => reversed('a.csv')],
  ])('is pointed out, and not counted twice: %s', async (_, content) => {
    await drop('a.csv', 'c.csv');
    await deliver(message('a.csv'));
    await dropAs('copy.csv', content());
    expect(await deliver(message('copy.csv'))).toMatchObject({
      state: 'refused',
      reasons: [expect.stringMatching(/^copy.csv is set aside: 100% of the rows .* and in a.csv/)],
    });
    expect(await liveText()).toBe(built('ac'));
    expect((await ask('DELETE', '/uploads/copy.csv')).status).toBe(204);
    await deliver(message('copy.csv', 'DeleteObject'));
    expect(await liveText()).toBe(built('ac'));
  });

  it('joins when it replaces the file of its own name', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await dropAs('a.csv', reversed('a.csv'));
    expect(await deliver(message('a.csv'))).toMatchObject({ looked_at: [{ state: 'joined' }] });
  });
});

describe('a file that cannot be read', () => {
  it('is read again when it is asked for', async () => {
    await drop('a.csv');
    await dropAs('c.csv', 'nonsense');
    await deliver(message('a.csv'));
    expect(await stateOf('c.csv')).toMatchObject({
      state: 'unreadable',
      size: 'nonsense'.length,
      reasons: [expect.any(String)],
    });
    expect((await ask('POST', '/uploads/c.csv', { action: 'accept' })).status).toBe(409);
    expect((await ask('POST', '/uploads/c.csv', { action: 'retry' })).status).toBe(202);
    expect(await idle()).toMatchObject({ because: ['retry c.csv'], quarantined: [{ name: 'c.csv' }] });
    expect((await ask('DELETE', '/uploads/c.csv')).status).toBe(204);
    expect(await keysBelow('quarantine/')).toEqual([]);
  });
});

function reversed(name: string): string {
  const [header, ...rows] = new TextDecoder().decode(fileBytes(name)).trim().split(/\r?\n/);
  return [header, ...rows.reverse(), ''].join('\n');
}
