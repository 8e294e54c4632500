import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { tools } from '../../../build/kv/tools.ts';
import { statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { change, livePointer, publish } from '../../../src/core/publish/publish.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { keptTerminal } from '../support/terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-past-'));
afterAll(() => rm(folder, { recursive: true }));

const giving = (amount: number) => artifactGiving(amount, { rows: 40 });
const [ten, eleven, twelve] = [await giving(10), await giving(11), await giving(12)];
const FILE = join(folder, 'twelve.json');
await writeFile(FILE, twelve.texts.table);
await writeFile(statisticsPlace(FILE), twelve.texts.statistics);

const START = Date.UTC(2026, 10, 20);

async function afterUploads() {
  const kv = memoryKv();
  await publish(kv, ten, { by: 'uploads', now: START, run: 'run-1' });
  await publish(kv, eleven, { by: 'uploads', now: START + 1, run: 'run-2' });
  let now = START + 10;
  const run = async (...args: string[]) => {
    const terminal = keptTerminal();
    const group = artifactCommands(
      tools(
        async () => ({ kv, close: async () => {} }),
        () => now++,
        async () => null,
      ),
    );
    return { code: await executeGroup(group, args, terminal), ...terminal.text };
  };
  return { kv, run };
}

it('a publish past the uploads is refused with the way to do it, and changes nothing', async () => {
  const { kv, run } = await afterUploads();
  const before = new Map(kv.values);
  const refused = await run('publish', FILE);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/takes its history from uploads, .* npm run artifact -- uploads put FILE/);
  expect(await run('publish', FILE, '--force')).toMatchObject({
    code: 2,
    err: expect.stringContaining('add --reason TEXT'),
  });
  expect(await run('publish', FILE, '--reason', 'I want to')).toMatchObject({ code: 1 });
  expect(kv.values).toEqual(before);
});

it('a publish past the uploads goes through with --force and a reason, which the history keeps', async () => {
  const { kv, run } = await afterUploads();
  expect(await run('publish', FILE, '--force', '--reason', 'the bucket is down')).toMatchObject({ code: 0 });
  expect(await livePointer(kv)).toMatchObject({
    version: twelve.version,
    reason: 'the bucket is down',
    history_source: 'command_line',
  });
  expect((await run('show')).out).toMatch(/Taken from +the command line, which published last\n/);
});

it('a publish past the uploads is refused also after a roll-back and its release', async () => {
  const { kv, run } = await afterUploads();
  await change(kv, { action: 'rollback', version: null }, { by: 'ana', now: START + 2 });
  expect(await livePointer(kv)).toMatchObject({ version: ten.version, history_source: 'uploads' });
  await run('release');
  expect(await run('publish', FILE)).toMatchObject({ code: 1 });
  expect((await run('show')).out).toMatch(/Taken from +uploads, which published last\n/);
});
