import { runInDurableObject } from 'cloudflare:test';
import { expect, inject, it } from 'vitest';
import bundledJson from '../../artifacts/current.json' with { type: 'json' };
import type { Table } from '../../src/core/artifact/table.ts';
import type { Body } from '../../src/core/publish/bodies.ts';
import { listVersions } from '../../src/core/publish/versions.ts';
import { Sequence, type SequenceParts } from '../../src/ingest/sequence.ts';
import { artifactGiving } from '../support/artifacts.ts';
import { realKv } from './support/kv.ts';
import { afresh, built, deliver, drop, idle, ingestion, message } from './support/pipeline.ts';

afresh();

/** Has the deployment come with another artifact. */
async function comingWith(body: Body): Promise<void> {
  await runInDurableObject<{ parts: SequenceParts; sequence: Sequence }>(
    ingestion().sequencer,
    (instance) => {
      instance.sequence = new Sequence({ ...instance.parts, bundled: async () => body });
    },
  );
}

const histories = async () =>
  (await listVersions(realKv(), undefined, 0)).history.map(({ action, version }) => [action, version]);

it('the bundled version is the first entry of the history of a deployment that takes uploads, and can be rolled back to', async () => {
  await drop('a.csv');
  expect(await deliver(message('a.csv'))).toMatchObject({ state: 'published' });
  const a = JSON.parse(built('a')).version;
  expect(await histories()).toEqual([
    ['publish', a],
    ['bundled', bundledJson.version],
  ]);
  const rolled = await ingestion().sequencer.change({ action: 'rollback', version: null }, 'ana', null);
  expect(rolled).toMatchObject({
    ok: true,
    moved: { pointer: { version: bundledJson.version, previous: a } },
  });
});

it('the guards compare the first upload with the bundled version, and its preview says what it would change', async () => {
  await comingWith(await artifactGiving(100_000, { countries: ['Peru', 'Latvia', 'Chile'], rows: 40 }));
  await drop('a.csv');
  const { looked_at, ...refused } = await deliver(message('a.csv'));
  expect(refused).toMatchObject({
    state: 'refused',
    reasons: [expect.stringMatching(/^a.csv is set aside: .*most_countries_lost: .*Chile/)],
  });
  expect(looked_at[0]?.changes?.answers.moved).toBeGreaterThan(0);
  expect(looked_at[0]?.changes?.largest).not.toBeNull();
  expect(await ingestion().sequencer.uploads()).toMatchObject([{ changes: looked_at[0]?.changes }]);
});

it('a run that is forced past the guards says what it was published in spite of', async () => {
  await comingWith(await artifactGiving(100_000, { countries: ['Peru', 'Latvia', 'Chile'], rows: 40 }));
  await drop('a.csv');
  await ingestion().sequencer.notify(['forced'], { force: true });
  expect(await idle()).toMatchObject({
    state: 'published',
    reasons: expect.arrayContaining([expect.stringMatching(/^overruled: most_countries_lost: .*Chile/)]),
  });
});

it('the first upload changes nothing that can be compared where the sample is live', async () => {
  await drop('a.csv');
  expect(await deliver(message('a.csv'))).toMatchObject({
    state: 'published',
    reasons: [],
    looked_at: [{ changes: null }],
  });
});

it('the bundled version that is held before anything is published holds back the first upload', async () => {
  const table: Table = JSON.parse(inject('builds').artifacts.ac);
  await comingWith({ table, texts: { table: inject('builds').artifacts.ac, statistics: null } });
  expect(
    await ingestion().sequencer.change({ action: 'hold', version: null }, 'ana', 'a campaign'),
  ).toMatchObject({ ok: true, moved: { pointer: { version: table.version, action: 'hold' } } });
  await drop('a.csv');
  expect(await deliver(message('a.csv'))).toMatchObject({ state: 'held' });
});
