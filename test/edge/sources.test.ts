import { expect, it } from 'vitest';
import { sealArtifact } from '../../src/core/artifact/artifact.ts';
import { statisticsKey, tableKey } from '../../src/core/publish/bodies.ts';
import { livePointer, publish } from '../../src/core/publish/publish.ts';
import { realKv } from './support/kv.ts';
import {
  afresh,
  artifactOf,
  built,
  deliver,
  drop,
  idle,
  ingestion,
  liveText,
  message,
} from './support/pipeline.ts';

afresh();

const source = async () => (await livePointer(realKv()))?.history_source;

it('uploads replace what the command line published only when they have all of its files', async () => {
  await publish(realKv(), await artifactOf('ab'), { by: 'ana', now: Date.now() });
  expect(await source()).toBe('command_line');
  await drop('a.csv');
  expect(await deliver(message('a.csv'))).toMatchObject({
    state: 'refused',
    reasons: [expect.stringMatching(/published from the command line, .* lack files of it: b.csv.gz/)],
  });
  expect(await liveText()).toBe(built('ab'));
  // With the rest of the files the uploads take over.
  await drop('b.csv.gz', 'c.csv');
  expect(await deliver(message('b.csv.gz'))).toMatchObject({ state: 'published' });
  expect(await liveText()).toBe(built('abc'));
  expect(await source()).toBe('uploads');
});

it('a run warns of the settings that go with a version of the command line: the currencies that it was built with', async () => {
  const { table, statistics } = await artifactOf('ab');
  const config = { ...table.config, countries: { ...table.config.countries, Peru: { currency: 'PEN' } } };
  const published = await sealArtifact({ ...table, ...statistics, config });
  await publish(realKv(), published, { by: 'ana', now: Date.now() });
  await drop('a.csv', 'b.csv.gz');
  await deliver(message('a.csv'));
  expect(await idle()).toMatchObject({
    state: 'published',
    warnings: [
      expect.stringMatching(
        /published from the command line with other settings than the deployment has: .*Peru.*PEN/,
      ),
    ],
  });
  await drop('c.csv');
  expect(await deliver(message('c.csv'))).toMatchObject({ state: 'published', warnings: [] });
});

it.each([
  ['its statistics are gone', /not known: .* are not stored/, statisticsKey, null],
  ['its table is damaged', /not known: .* damaged or cut off/, tableKey, '{'],
])('uploads do not replace what the command line published when %s', async (_, reason, key, text) => {
  const { version } = await artifactOf('ab');
  await publish(realKv(), await artifactOf('ab'), { by: 'ana', now: Date.now() });
  await (text === null ? realKv().delete(key(version)) : realKv().put(key(version), text));
  await drop('a.csv', 'b.csv.gz');
  await deliver(message('a.csv'));
  expect(await idle()).toMatchObject({
    state: 'refused',
    reasons: [expect.stringMatching(new RegExp(`${reason.source}.*force=true`))],
  });
  expect((await livePointer(realKv()))?.version).toBe(version);
  await ingestion().sequencer.notify(['forced'], { force: true, by: ['bo'] });
  expect(await idle()).toMatchObject({ state: expect.stringMatching(/published|unchanged/) });
  expect(await source()).toBe('uploads');
});

it('uploads replace it without its files when an operator says so', async () => {
  await publish(realKv(), await artifactOf('ab'), { by: 'ana', now: Date.now() });
  await drop('a.csv', 'c.csv');
  await deliver(message('a.csv'));
  await ingestion().sequencer.notify(['forced'], { force: true, by: ['bo'] });
  expect(await idle()).toMatchObject({ state: 'published', by: ['bo'] });
  expect(await liveText()).toBe(built('ac'));
});
