import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { tools } from '../../../build/kv/tools.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { SAMPLE_SHA256 } from '../../../src/core/artifact/sample.ts';
import { statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { statisticsKey, tableKey } from '../../../src/core/publish/bodies.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { type MemoryKv, memoryKv } from '../../support/memory-kv.ts';
import { keptTerminal } from '../support/terminal.ts';

// A busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-artifact-'));
afterAll(() => rm(folder, { recursive: true }));

const MANY = { rows: 40 };
const ten = await artifactGiving(10, MANY);
const twelve = await artifactGiving(12, MANY);
const hundred = await artifactGiving(100, MANY);
const [TEN, TWELVE, HUNDRED] = (await Promise.all(
  [ten, twelve, hundred].map(async (artifact, index) => {
    const path = join(folder, `${index}.json`);
    await writeFile(path, artifact.texts.table);
    await writeFile(statisticsPlace(path), artifact.texts.statistics);
    return path;
  }),
)) as [string, string, string];

const START = Date.UTC(2026, 10, 20, 9);
const HOUR = 3_600_000;

let kv: MemoryKv;
let now: number;
let closed: number;
let bundled: Artifact | null;
beforeEach(() => {
  kv = memoryKv();
  now = START;
  closed = 0;
  bundled = null;
});

/** Runs a command line; each is an hour after the one before. */
async function run(...args: string[]) {
  const terminal = keptTerminal();
  const open = async () => ({ kv, close: async () => void closed++ });
  const group = artifactCommands(
    tools(
      open,
      () => now,
      async () => bundled && { ...bundled, compiled: compileArtifact(bundled.table) },
    ),
  );
  const code = await executeGroup(group, args, terminal);
  now += HOUR;
  return { code, ...terminal.text };
}

const json = async (...args: string[]) => {
  const { code, out } = await run(...args, '--json');
  return { code, ...JSON.parse(out) };
};

const live = () => JSON.parse(kv.values.get('current')?.value ?? 'null')?.version ?? null;

describe('publish', () => {
  it('shows what changes, then makes it live', async () => {
    await run('publish', TEN);
    const { code, out } = await run('publish', TWELVE, '--by', 'ana');
    expect(code).toBe(0);
    expect(out).toMatch(/Version +[0-9a-f]{16} -> [0-9a-f]{16}\n/);
    expect(out).toMatch(/Cells +3 move, 0 stay, 0 come, 0 go\n/);
    expect(out).toMatch(/Answers +3 move, \d+ stay, 0 come, 0 go\n/);
    expect(out).toMatch(/recency_segment +40 +40 +Peru +400 +480 +\+20\.0%\n/);
    expect(out).toMatch(/Peru +recency_segment +30-60 +40 +10\.00 +12\.00\n/);
    expect(out).toContain(`${twelve.version} is live in the KV of npm run dev.\n`);
    expect(live()).toBe(twelve.version);
    expect(JSON.parse(kv.values.get('current')?.value ?? '')).toMatchObject({
      by: 'ana',
      previous: ten.version,
    });
  });

  it('stops at a guard with the reasons and exit code 1, and goes past it with --force', async () => {
    await run('publish', TEN);
    const refused = await run('publish', HUNDRED);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      'refused: the mean amount of a cell may change by at most 50%: that of Peru, frequency_segment 14-37 would go from 10 to 100, and 2 more means change so much (guards.largest_mean_change)',
    );
    expect(live()).toBe(ten.version);
    expect(kv.values.has(tableKey(hundred.version))).toBe(false);
    const forced = await run('publish', HUNDRED, '--force');
    expect([forced.code, live()]).toEqual([0, hundred.version]);
    expect(forced.err).toContain('overruled: the mean amount');
  });

  it('changes nothing in a dry run, and says what would stop it', async () => {
    await run('publish', TEN);
    const before = new Map(kv.values);
    expect(await run('publish', TWELVE, '--dry-run')).toMatchObject({ code: 0 });
    expect(await run('publish', HUNDRED, '--dry-run')).toMatchObject({ code: 1 });
    expect(kv.values).toEqual(before);
  });

  it('says it all in one JSON object', async () => {
    expect(await json('publish', TEN)).toMatchObject({ code: 0, version: ten.version, published: true });
    expect(await json('publish', TEN)).toMatchObject({ code: 0, published: false });
    expect(await json('publish', HUNDRED)).toMatchObject({
      code: 1,
      published: false,
      pointer: null,
      objections: [
        { guard: 'largest_amount_change' },
        { guard: 'largest_spend_change' },
        { guard: 'largest_mean_change' },
      ],
      diff: { from: ten.version, to: hundred.version, cells: { moved: 3 } },
      drift: expect.arrayContaining([expect.objectContaining({ segment: null, band: null })]),
    });
  });

  it('compares with nothing, and says so, when what is live is damaged', async () => {
    await run('publish', TEN);
    kv.values.set(tableKey(ten.version), { value: '{}' });
    const { code, err } = await run('publish', HUNDRED);
    expect([code, live()]).toEqual([0, hundred.version]);
    expect(err).toContain(
      'warning: what is live cannot be compared with: expected schema_version 2, got nothing',
    );
  });

  it.each([
    ['a file that is not there', 'none.json', 'there is no such file'],
    ['a folder', '.', 'it is a folder, not a file'],
    ['a file that is no JSON', 'text.json', 'it cannot be served: its 4 bytes are not JSON'],
    ['a table that was changed', 'changed.json', 'its content is not that of version'],
    [
      'a table without its statistics',
      'alone.json',
      'alone.statistics.json: there is no such file; npm run build:artifact writes both files',
    ],
    ['a table with the statistics of another', 'mixed.json', 'are those of another artifact: build it again'],
  ])('refuses %s, forced or not', async (_, name, message) => {
    await writeFile(join(folder, 'text.json'), 'text');
    await writeFile(join(folder, 'changed.json'), ten.texts.table.replace('[[10', '[[11'));
    await writeFile(join(folder, 'alone.json'), ten.texts.table);
    await writeFile(join(folder, 'mixed.json'), ten.texts.table);
    await writeFile(join(folder, 'mixed.statistics.json'), twelve.texts.statistics);
    const { code, err } = await run('publish', join(folder, name), '--force');
    expect([code, live()]).toEqual([1, null]);
    expect(err).toContain(message);
    expect(closed).toBe(1);
  });
});

describe('the first publish', () => {
  it('knows the bundled version in the history before anything is published, and can hold it', async () => {
    bundled = ten;
    for (const args of [[], ['--on', '2020-01-01']]) {
      const { history } = await json('history', ...args);
      expect(history).toMatchObject([{ version: ten.version, action: 'bundled', from: null, to: null }]);
    }
    expect((await run('history')).out).toMatch(new RegExp(`^deployment +now +${ten.version} +bundled`, 'm'));
    expect((await run('hold')).code).toBe(0);
    expect((await run('publish', TWELVE)).code).toBe(1);
    const { history } = await json('history');
    expect(history).toMatchObject([{ action: 'hold', version: ten.version }, { action: 'bundled' }]);
  });

  it('is not compared with the sample, whose amounts are made up', async () => {
    const sources = [{ name: 'history.csv', sha256: SAMPLE_SHA256, rows: 40 }];
    bundled = { ...ten, statistics: { ...ten.statistics, sources } };
    expect(await run('publish', HUNDRED)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`nothing to compare with -> ${hundred.version}`),
      err: expect.stringContaining(`note: What is live, ${ten.version}, is made of the sample`),
    });
    expect(await json('history')).toMatchObject({ history: [{ action: 'publish' }, { action: 'bundled' }] });
  });

  it('is compared with the bundled version, which the history then has', async () => {
    bundled = ten;
    expect(await run('publish', HUNDRED)).toMatchObject({
      code: 1,
      err: expect.stringContaining('guards.largest_mean_change'),
    });
    expect((await run('publish', TWELVE)).code).toBe(0);
    const { history } = await json('history', '--on', '2020-01-01');
    expect(history).toMatchObject([{ version: ten.version, action: 'bundled', from: null }]);
    expect(await json('rollback')).toMatchObject({ version: ten.version });
  });
});

it.each([
  [['--data', '.data'], '.data'],
  [['--remote'], 'the account'],
  [['--remote', '--env', 'core'], 'the account (core)'],
  [['--persist-to', 'kept'], 'the local KV in kept'],
])('each move says where it was made: %s', async (place, words) => {
  for (const file of [TEN, TWELVE]) {
    expect((await run('publish', file, ...place)).out).toContain(` is live in ${words}.\n`);
  }
  for (const move of ['rollback', 'hold', 'release']) {
    expect((await run(move, ...place)).out).toContain(` in ${words}`);
  }
  expect((await run('publish', TWELVE, '--dry-run', ...place)).out).toContain(`would be live in ${words}.`);
});

it.each([
  ['gone', () => kv.values.delete('current')],
  ['damaged', () => kv.values.set('current', { value: '<html>' })],
])(
  'a pointer that is %s is told with what was live and the way to have it written again',
  async (_, lose) => {
    for (const file of [TEN, TWELVE]) await run('publish', file);
    lose();
    for (const args of [
      ['list'],
      ['show'],
      ['history'],
      ['diff', 'live', TEN],
      ['publish', TEN, '--dry-run'],
    ]) {
      const { code, err } = await run(...args);
      expect([args, code]).toEqual([args, 0]);
      expect(err).toContain(`warning: the key "current", which says what is live, is gone or damaged`);
      expect(err).toContain(
        `By the history ${twelve.version} is live: npm run artifact -- rollback ${twelve.version}`,
      );
    }
    expect((await run('list')).out).toMatch(new RegExp(`^live +${twelve.version}`, 'm'));
    expect(await run('rollback', twelve.version)).toMatchObject({ code: 0 });
    expect(live()).toBe(twelve.version);
    expect((await run('list')).err).toBe('');
  },
);

describe('rollback', () => {
  it('goes to what was live before, or to the version that is named', async () => {
    for (const file of [TEN, TWELVE]) await run('publish', file);
    expect(await run('rollback')).toMatchObject({
      code: 0,
      out: `${ten.version} is live in the KV of npm run dev, and held; before it, ${twelve.version} was live. Publish again after: npm run artifact -- release\n`,
    });
    expect(await json('rollback', twelve.version)).toMatchObject({ moved: true, version: twelve.version });
    expect(await run('rollback', twelve.version)).toMatchObject({
      out: `${twelve.version} was live and held in the KV of npm run dev already.\n`,
    });
  });

  it('goes to a version whose statistics are lost, which comparisons warn of', async () => {
    for (const file of [TEN, TWELVE]) await run('publish', file);
    kv.values.delete(statisticsKey(ten.version));
    expect(await run('rollback')).toMatchObject({ code: 0 });
    expect(live()).toBe(ten.version);
    await run('release');
    const { code, out, err } = await run('diff', 'live', TWELVE);
    expect([code, out.includes('Drift')]).toEqual([0, false]);
    expect(err).toContain(`warning: the statistics of ${ten.version} are not stored: publish it again`);
    expect((await run('show')).code).toBe(0);
    expect(await json('publish', TWELVE)).toMatchObject({ published: true, drift: null });
  });

  it('holds: a publish is refused, forced or not, until what is held is released', async () => {
    for (const file of [TEN, TWELVE]) await run('publish', file);
    await run('rollback', '--by', 'ana', '--reason', 'Peru was wrong');
    for (const args of [[], ['--force'], ['--dry-run']]) {
      const { code, err } = await run('publish', TWELVE, ...args);
      expect([code, live()]).toEqual([1, ten.version]);
      expect(err).toContain(`${ten.version} is held since 2026-11-20T11:00:00.000Z by ana (Peru was wrong)`);
    }
    expect((await run('release')).out).toContain('is no longer held');
    expect((await run('release')).err).toContain('Nothing is held');
    await run('publish', TWELVE);
    expect(live()).toBe(twelve.version);
    const { history } = await json('history');
    expect(history.map(({ action }: { action: string }) => action)).toEqual([
      'publish',
      'release',
      'rollback',
      'publish',
      'publish',
    ]);
  });

  it('hold keeps what is live, or another version that is stored', async () => {
    for (const file of [TEN, TWELVE]) await run('publish', file);
    expect((await run('hold')).out).toContain(`${twelve.version} is held in the KV of npm run dev.`);
    expect((await run('hold', ten.version)).code).toBe(0);
    expect(live()).toBe(ten.version);
    const { code, err } = await run('hold', 'f'.repeat(16));
    expect([code, live()]).toEqual([1, ten.version]);
    expect(err).toContain('npm run artifact -- list shows what is stored');
  });

  it.each([
    ['10 KB', 'x'.repeat(10_240)],
    ['a line break', 'one\ntwo'],
    ['nothing', ' '],
  ])('takes no reason of %s', async (_, reason) => {
    await run('publish', TEN);
    const { code, err } = await run('hold', '--reason', reason);
    expect(code).toBe(2);
    expect(err).toContain('--reason: A reason is one line of at most 500 characters');
  });

  it('says no when there is nothing to go to', async () => {
    expect(await run('rollback')).toMatchObject({ code: 1 });
    await run('publish', TEN);
    expect((await run('rollback', 'ffffffffffffffff')).err).toContain(
      'there is no artifact ffffffffffffffff',
    );
    expect(live()).toBe(ten.version);
  });
});

describe('looking', () => {
  beforeEach(async () => {
    await run('publish', TEN);
    now += 24 * HOUR;
    await run('publish', TWELVE);
    now += 24 * HOUR;
    await run('rollback');
  });

  it('list tells what is stored, and which of it is live', async () => {
    const { artifacts } = await json('list');
    expect(artifacts).toMatchObject([
      { version: twelve.version, live: false, previous: true, rows_kept: 40 },
      { version: ten.version, live: true, previous: false, rows_kept: 40 },
    ]);
    // When they were first stored: the roll-back of 2026-11-22 is no storing.
    expect(artifacts[1].stored_at < artifacts[0].stored_at).toBe(true);
    expect((await run('list')).out).toMatch(new RegExp(`^live +${ten.version} `, 'm'));
  });

  it('history tells what was live when', async () => {
    const { history } = await json('history');
    expect(history.map(({ version, action }: Record<string, string>) => [version, action])).toEqual([
      [ten.version, 'rollback'],
      [twelve.version, 'publish'],
      [ten.version, 'publish'],
    ]);
    const { out } = await run('history');
    expect(out.split('\n')[1]).toMatch(
      new RegExp(`^2026-11-22T11:00:00.000Z +now +${ten.version} +rollback`),
    );
  });

  it('show no name that would move the cursor', async () => {
    await run('release');
    expect((await run('publish', TWELVE, '--by', 'ana\n\u001b[2J')).code).toBe(0);
    for (const command of ['history', 'show'])
      expect((await run(command)).out).toContain('ana\ufffd\ufffd[2J');
  });

  it('history of a day to come is refused', async () => {
    const { code, err } = await run('history', '--on', '2027-01-01');
    expect(code).toBe(2);
    expect(err).toContain('--on 2027-01-01 is still to come: name a day or a time that has begun');
  });

  it.each([
    ['2026-11-19', []],
    ['2026-11-20', [ten.version]],
    ['2026-11-21', [twelve.version, ten.version]],
    ['2026-11-21 09:59:59', [ten.version]],
    ['2026-11-21 10:00', [twelve.version]],
  ])('history --on %s tells what was live then', async (on, versions) => {
    const { history } = await json('history', '--on', on);
    expect(history.map(({ version }: { version: string }) => version)).toEqual(versions);
  });

  it('show tells of what is live, of a version, or of a file', async () => {
    expect((await run('show')).out).toContain('since 2026-11-22T11:00:00.000Z');
    expect((await run('show', twelve.version)).out).toMatch(/Live +no/);
    expect(await json('show', HUNDRED)).toMatchObject({ version: hundred.version, live: null });
  });

  it('show tells who holds what is live, and not that this one made it live', async () => {
    expect((await run('show')).out).toMatch(/Live +since [^\n]*, by [^\n]+\n *Held +since [^\n]*, by /);
    await run('hold', '--by', 'bob', '--reason', 'a campaign');
    const { out } = await run('show');
    expect(out).toMatch(/Live +since [^,\n]*\n *Held +since [^\n]*, by bob: a campaign\n/);
    await run('release', '--by', 'bob');
    expect((await run('show')).out).not.toMatch(/Held|bob/);
  });

  it('diff compares versions, files and what is live', async () => {
    const expected = { from: ten.version, to: twelve.version, cells: { moved: 3 } };
    expect(await json('diff', ten.version, twelve.version)).toMatchObject(expected);
    expect(await json('diff', 'live', TWELVE)).toMatchObject(expected);
    // What the guards alone weigh is not shown.
    for (const part of ['steps', 'periods'])
      expect(await json('diff', 'live', TWELVE)).not.toHaveProperty(part);
    const { out } = await run('diff', 'live', TWELVE);
    expect(out).toContain('3 move');
    expect(out).toMatch(/Drift from the first to the second: \d+ cells changed .*too thin to say/s);
    const { drift } = (await json('diff', 'live', 'live')) as { drift: { psi: number }[] };
    expect(drift.length).toBeGreaterThan(0);
    expect(drift.every(({ psi }) => psi === 0)).toBe(true);
  });

  it('prune deletes what will not be needed', async () => {
    await run('release');
    await run('publish', HUNDRED, '--force');
    now += 24 * HOUR;
    expect(await json('prune', '--keep', '0', '--dry-run')).toMatchObject({ deleted: [twelve.version] });
    expect((await run('prune')).out).toBe('There is nothing to delete.\n');
    expect((await run('prune', '--keep', '0')).out).toBe(`Deleted:\n  ${twelve.version}\n`);
    expect(kv.values.has(tableKey(ten.version))).toBe(true);
  });
});

describe('a command line', () => {
  it.each([
    [[], 'no command was given'],
    [['publsh'], 'did you mean publish?'],
    [['publish', 'a', 'b'], 'expected [FILE], got "a" "b"'],
    [['diff', 'a'], 'expected A B, got "a"'],
    [['list', 'a'], 'expected options only, got "a"'],
    [['publish', '--forse'], 'did you mean --force?'],
    [['prune', '--keep', '-1'], 'expected a whole number for --keep, got "-1"'],
    [['prune', '--keep', 'all'], 'expected a whole number for --keep, got "all"'],
    [['history', '--on', 'monday'], 'expected a day or a time for --on, got "monday"'],
  ])('%j is refused with a sentence and exit code 2', async (args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain('npm run artifact --');
    expect(err).toContain('--help shows the ');
    expect(err).not.toContain('Usage:');
  });

  it.each([[], ['publish'], ['rollback'], ['list'], ['show'], ['diff'], ['history'], ['prune']])(
    'explains itself: %s --help',
    async (...args) => {
      const { code, out } = await run(...args, '--help');
      expect(code).toBe(0);
      expect(out).toContain('Usage: npm run artifact --');
    },
  );
});
