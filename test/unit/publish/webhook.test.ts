import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { tools } from '../../../build/kv/tools.ts';
import { statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { type News, newsText } from '../../../src/core/publish/news.ts';
import { publish } from '../../../src/core/publish/publish.ts';
import { webhookSettings } from '../../../src/webhook/settings.ts';
import { webhookOf } from '../../../src/webhook/webhook.ts';
import { artifactGiving, storeOf } from '../../support/artifacts.ts';
import { startHooks } from '../../support/hooks.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { service } from '../../support/service.ts';
import { NEWS, webhookSuite } from '../../support/webhook-suite.ts';
import { keptTerminal } from '../support/terminal.ts';

const hooks = await startHooks();
afterAll(() => hooks.stop());

webhookSuite('Node', () => hooks.origin);

describe('the text for people', () => {
  const text = (news: Partial<News>) => newsText({ ...NEWS, reason: null, ...news });

  it.each<[Partial<News>, string]>([
    [
      { event: 'refused', reasons: ['too few rows'] },
      'version 0123456789abcdef was not published. What was live stays.\ntoo few rows',
    ],
    [{ event: 'refused', version: null, run: 'run-1' }, 'run-1 was not published. What was live stays.'],
    [
      { event: 'held', previous: NEWS.version },
      'ana holds version 0123456789abcdef. Nothing is published over it until it is released.',
    ],
    [{ event: 'held_back' }, 'version 0123456789abcdef was not published, because what is live is held.'],
    [{ event: 'released' }, 'ana released version 0123456789abcdef.'],
    [
      { event: 'rolled_back', reason: 'Peru' },
      'ana rolled back to version 0123456789abcdef; before it, fedcba9876543210 was live. It is held until it is released. Reason: Peru',
    ],
    [{ event: 'failed', version: null, run: 'run-1' }, 'run-1 failed. What was live stays.'],
    [
      { event: 'stale', reasons: ['The history is stale.'] },
      'the history of version 0123456789abcdef is stale.\nThe history is stale.',
    ],
  ])('%o', (news, expected) => {
    expect(text(news)).toBe(`voucher-edge: ${expected}`);
  });

  it('mentions no person, is not too long, and is whole Unicode', () => {
    expect(text({ reason: '<!channel> \ud800' })).toContain('‹!channel› \ufffd');
    expect(text({ event: 'refused', reasons: Array(50).fill('x'.repeat(1_000)) }).length).toBe(2_000);
    expect(text({ event: 'refused', reasons: Array(7).fill('x') })).toMatch(/\nand 2 more reasons$/);
  });
});

describe('the settings of a webhook', () => {
  it.each([
    [{ WEBHOOK_URL: 'hooks.example.com' }, /^WEBHOOK_URL: expected an address that begins with https/],
    [{ WEBHOOK_URL: 'file:///etc/passwd' }, /^WEBHOOK_URL/],
    [{ WEBHOOK_URL: 'https://ana:secret@example.com' }, /without a user or a password$/],
    [{ WEBHOOK_SECRET: 'secret' }, /^WEBHOOK_SECRET: expected WEBHOOK_URL with it, got none$/],
    [
      { WEBHOOK_URL: 'https://example.com', WEBHOOK_SECRET: 'whsec_*secret*' },
      /^WEBHOOK_SECRET: expected Base64/,
    ],
  ])('%o are refused without repeating them', (variables, message) => {
    const refused = () => webhookSettings(variables);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/secret\*|ana|hooks\.example/);
  });

  it('that do not fit are one line of the log of a Worker, which goes on', () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    expect(webhookOf({ WEBHOOK_URL: 'nonsense' }, { log, now: Date.now })).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining('WEBHOOK_URL: expected an address')]);
    expect(webhookOf({}, { log, now: Date.now })).toBeUndefined();
    expect(lines).toHaveLength(1);
  });
});

const MANY = { rows: 40 };
const [ten, twelve, hundred] = [
  await artifactGiving(10, MANY),
  await artifactGiving(12, MANY),
  await artifactGiving(100, MANY),
];

describe('the command line tells the webhook', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-webhook-'));
  afterAll(() => rm(folder, { recursive: true }));
  for (const artifact of [ten, twelve, hundred]) {
    const path = join(folder, `${artifact.version}.json`);
    await writeFile(path, artifact.texts.table);
    await writeFile(statisticsPlace(path), artifact.texts.statistics);
  }
  const kv = memoryKv();
  let now = Date.UTC(2018, 7, 1);

  async function run(path: string, ...args: string[]) {
    const terminal = keptTerminal();
    const variables = { WEBHOOK_URL: path.startsWith('/') ? hooks.origin + path : path };
    const open = async () => ({ kv, close: async () => {} });
    const group = artifactCommands(
      tools(
        open,
        () => now++,
        async () => null,
        variables,
      ),
    );
    const before = hooks.told.length;
    const code = await executeGroup(group, args, terminal);
    const told = hooks.told.slice(before).map(({ body }) => JSON.parse(body));
    return { code, told, ...terminal.text };
  }
  const file = ({ version }: { version: string }) => join(folder, `${version}.json`);

  it('of what is published, refused, rolled back, held, released and stale', async () => {
    const events = async (...args: string[]) =>
      (await run('/ok', ...args)).told.map(({ event, version }) => [event, version]);
    expect(await events('publish', file(ten), '--dry-run')).toEqual([]);
    expect(await events('publish', file(ten))).toEqual([['published', ten.version]]);
    expect(await events('publish', file(ten))).toEqual([]);
    expect(await events('publish', file(hundred))).toEqual([['refused', hundred.version]]);
    expect(await events('publish', file(twelve))).toEqual([['published', twelve.version]]);
    const rolled = await run('/ok', 'rollback', '--by', 'ana', '--reason', 'Peru was wrong');
    expect(rolled.told).toEqual([
      expect.objectContaining({
        event: 'rolled_back',
        version: ten.version,
        by: 'ana',
        reason: 'Peru was wrong',
        previous: twelve.version,
      }),
    ]);
    expect(await events('release')).toEqual([['released', ten.version]]);
    expect(await events('hold')).toEqual([['held', ten.version]]);
    expect(await events('publish', file(twelve))).toEqual([['held_back', twelve.version]]);
    expect(await events('publish', file(twelve), '--dry-run')).toEqual([]);
    expect(await events('release')).toEqual([['released', ten.version]]);
    now = Date.UTC(2026, 7, 1);
    expect(await events('publish', file(twelve))).toEqual([
      ['published', twelve.version],
      ['stale', twelve.version],
    ]);
  });

  it('of a publish past the uploads, with the reason of who forced it and the guards that it overruled', async () => {
    await publish(kv, ten, { by: 'uploads', now: now++, run: 'run-1' });
    const refused = await run('/ok', 'publish', file(hundred), '--by', 'ana');
    expect(refused.told).toMatchObject([
      {
        event: 'refused',
        version: hundred.version,
        by: 'ana',
        reasons: [expect.stringMatching(/from uploads/)],
      },
    ]);
    const args = ['publish', file(hundred), '--by', 'ana', '--force'];
    expect((await run('/ok', ...args)).told).toEqual([]);
    const forced = await run('/ok', ...args, '--reason', 'the bucket is down');
    expect(forced.told).toMatchObject([
      { event: 'published', version: hundred.version, previous: ten.version, reason: 'the bucket is down' },
      { event: 'stale', version: hundred.version },
    ]);
    expect(forced.told[0].reasons).toContainEqual(
      expect.stringMatching(/^overruled: largest_mean_change: the mean amount of a cell may change/),
    );
    await publish(kv, twelve, { by: 'ana', now: now++ });
  });

  it('which costs a warning where it refuses, and the publish stays', async () => {
    const { code, err, out } = await run('/gone', 'publish', file(ten), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ published: true });
    expect(err).toContain('warning: The webhook was not told: it answered 404.');
    const { live } = JSON.parse((await run('/ok', 'list', '--json')).out).artifacts.find(
      ({ version }: { version: string }) => version === ten.version,
    );
    expect(live).toBe(true);
  });

  it('whose address does not fit ends with 2 before anything is changed', async () => {
    const before = new Map(kv.values);
    expect(await run('nonsense', 'publish', file(twelve))).toMatchObject({ code: 2 });
    expect(kv.values).toEqual(before);
  });
});

it('a deployment without ingestion tells of what operators do', async () => {
  const kv = memoryKv();
  await publish(kv, ten, { by: 'ana', now: 1 });
  await publish(kv, twelve, { by: 'ana', now: 2 });
  const told: News[] = [];
  const { send } = await service(storeOf(twelve), {
    kv,
    adminToken: 'token',
    tell: (news) => void told.push(news),
  });
  const headers = { authorization: 'Bearer token' };
  const json = { reason: 'Peru was wrong' };
  for (const path of ['/rollback', '/release', '/hold', '/hold']) {
    expect((await send('POST', path, { headers, json })).status).toBe(200);
  }
  expect((await send('POST', '/rollback', { headers, json })).status).toBe(409);
  expect(told.map(({ event, reason }) => [event, reason])).toEqual(
    ['rolled_back', 'released', 'held'].map((event) => [event, 'Peru was wrong']),
  );
});
