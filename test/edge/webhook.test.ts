import { runInDurableObject } from 'cloudflare:test';
import { expect, inject, it } from 'vitest';
import type { News } from '../../src/core/publish/news.ts';
import { Sequence, type SequenceParts } from '../../src/ingest/sequence.ts';
import { webhookSettings } from '../../src/webhook/settings.ts';
import { webhook } from '../../src/webhook/webhook.ts';
import { webhookSuite } from '../support/webhook-suite.ts';
import {
  afresh,
  built,
  deliver,
  drop,
  dropAs,
  idle,
  ingestion,
  liveText,
  message,
  patrolled,
} from './support/pipeline.ts';

webhookSuite('workerd', () => inject('hooks'));

afresh();

/** Has the sequencer tell another hook. */
async function telling(tell: SequenceParts['tell'], log = (_: string) => {}): Promise<void> {
  await runInDurableObject<{ parts: SequenceParts; sequence: Sequence }>(
    ingestion().sequencer,
    (instance) => {
      instance.sequence = new Sequence({ ...instance.parts, tell, log });
    },
  );
}

const version = (name: 'a' | 'ac') => JSON.parse(built(name)).version;

it('ingestion tells of what runs publish, hold back and refuse, of what operators do, and once of a stale history', async () => {
  const told: News[] = [];
  await telling(async (news) => void told.push(news));
  const events = () => told.splice(0).map(({ event, version: about, by }) => [event, about, by]);
  await drop('a.csv');
  await deliver(message('a.csv'));
  expect(events()).toEqual([['published', version('a'), 'uploads']]);
  await deliver(message('a.csv'));
  expect(events()).toEqual([]);
  // The rows are of 2018.
  await patrolled();
  expect(events()).toEqual([['stale', version('a'), 'voucher-edge']]);
  await patrolled();
  expect(events()).toEqual([]);

  await ingestion().sequencer.change({ action: 'hold', version: null }, 'ana', 'a campaign');
  expect(told).toMatchObject([{ event: 'held', by: 'ana', reason: 'a campaign' }]);
  told.splice(0);
  await drop('c.csv');
  await deliver(message('c.csv'));
  expect(events()).toEqual([['held_back', version('ac'), 'uploads']]);
  await ingestion().sequencer.change({ action: 'release', version: null }, 'bo', null);
  await idle();
  await patrolled();
  expect(events()).toEqual([
    ['released', version('a'), 'bo'],
    ['published', version('ac'), 'bo'],
    ['stale', version('ac'), 'voucher-edge'],
  ]);
  await ingestion().sequencer.change({ action: 'rollback', version: null }, 'ana', null);
  expect(told).toMatchObject([{ event: 'rolled_back', version: version('a'), previous: version('ac') }]);
  await ingestion().sequencer.change({ action: 'release', version: null }, 'ana', null);
  told.splice(0);
  await dropAs('broken.csv', 'timestamp,country_code\n2018-07-01,Peru\n');
  await ingestion().bucket.delete('uploads/a.csv');
  await ingestion().bucket.delete('uploads/c.csv');
  await deliver(message('broken.csv'));
  expect(told.at(-1)).toMatchObject({
    event: 'refused',
    run: expect.stringMatching(/^run-/),
    reasons: [expect.any(String)],
  });
});

it('a hook that hangs delays neither a run nor a roll-back', async () => {
  const settings = webhookSettings({ WEBHOOK_URL: `${inject('hooks')}/hang` });
  if (settings === null) throw new Error('there are settings');
  const hanging: Promise<unknown>[] = [];
  // It would wait for an hour.
  const keep = (one: Promise<unknown>) => void hanging.push(one);
  const tell = webhook({ settings, log: () => {}, now: Date.now, keep, patience: 3_600_000 });
  await telling(tell);
  await drop('a.csv');
  expect(await deliver(message('a.csv'))).toMatchObject({ state: 'published' });
  await drop('c.csv');
  expect(await deliver(message('c.csv'))).toMatchObject({ state: 'published' });
  expect(
    await ingestion().sequencer.change({ action: 'rollback', version: null }, 'ana', null),
  ).toMatchObject({ ok: true });
  expect(await liveText()).toBe(built('a'));
  expect(hanging).toHaveLength(3);
});

/** What a process that dies in the middle of it never tells. */
const dying = () => new Promise<never>(() => {});

it('what a process that died had not told is told by the next one, once, under the same id', async () => {
  const ids: string[] = [];
  await telling((_, id) => {
    ids.push(id);
    return dying();
  });
  await drop('a.csv');
  await deliver(message('a.csv'));
  await patrolled();
  const told: [string, string][] = [];
  await telling(async ({ event }, id) => void told.push([event, id]));
  await patrolled();
  // The oldest first: the run, and then that its rows are of 2018.
  expect(told).toEqual([
    ['published', ids[0]],
    ['stale', ids[1]],
  ]);
  await patrolled();
  expect(told).toHaveLength(2);
});

it('what three processes died of is given up, with one line of the log', async () => {
  const lines: string[] = [];
  await telling(dying);
  await drop('a.csv');
  await deliver(message('a.csv'));
  const told: News[] = [];
  for (let process = 0; process < 3; process++) {
    await telling((news) => {
      told.push(news);
      return dying();
    });
    await patrolled();
  }
  expect(told.filter(({ event }) => event === 'published')).toHaveLength(3);
  await telling(
    async (news) => void told.push(news),
    (line) => void lines.push(line),
  );
  await patrolled();
  const given = lines.map((line) => JSON.parse(line)).filter((line) => line['event.action'] === 'webhook');
  expect(given).toMatchObject([{ message: 'the webhook was never told that something was published' }]);
  expect(told.filter(({ event }) => event === 'published')).toHaveLength(3);
});
