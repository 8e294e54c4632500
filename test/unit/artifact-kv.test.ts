import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { openLocalKv } from '../../build/publish/local-kv.ts';
import { wranglerKv } from '../../build/publish/wrangler-kv.ts';
import { bodyKey, listBodies, readBody } from '../../src/core/publish/bodies.ts';
import { listMoves, recordMove } from '../../src/core/publish/history.ts';
import type { Move } from '../../src/core/publish/pointer.ts';
import { livePointer, publish } from '../../src/core/publish/publish.ts';
import { artifactGiving } from '../support/artifacts.ts';
import { ROOT } from './support/command.ts';

// A busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-kv-'));
afterAll(() => rm(folder, { recursive: true }));

it('the command, the local namespace and wrangler see the same artifacts', async () => {
  const args = ['build/artifact.ts', 'publish', '--persist-to', folder, '--by', 'ana', '--json'];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT });
  expect(JSON.parse(stdout)).toMatchObject({ version: bundled.version, published: true });

  const local = await openLocalKv({ env: undefined, folder });
  const artifact = await artifactGiving(10);
  try {
    expect(await livePointer(local.kv)).toMatchObject({
      version: bundled.version,
      by: 'ana',
      previous: null,
    });
    await publish(local.kv, artifact, { by: 'bo', now: Date.now() });
  } finally {
    await local.close();
  }

  const { kv } = wranglerKv({ env: undefined, remote: false, folder });
  const stored = (await listBodies(kv)).map(({ version, metadata }) => `${version} ${metadata?.rows_kept}`);
  expect(stored.sort()).toEqual(
    [`${artifact.version} 1`, `${bundled.version} ${bundled.quality.rows_kept}`].sort(),
  );
  const pointer = { version: bundled.version, by: 'cy', previous: artifact.version };
  const move: Move = { ...pointer, published_at: '2030-01-01T00:00:00.000Z', action: 'rollback' };
  await recordMove(kv, move);
  const moves = await listMoves(kv);
  expect(moves.map(({ by, action }) => `${action} ${by}`)).toEqual([
    'publish ana',
    'publish bo',
    'rollback cy',
  ]);
  expect(moves.at(-1)).toEqual(move);
  expect(await readBody(kv, artifact.version)).toEqual({ ok: true, artifact });
  await kv.delete(bodyKey(artifact.version));
  expect(await readBody(kv, artifact.version)).toMatchObject({ ok: false, code: 'missing' });
});

it('what wrangler says no to is told in its words', async () => {
  const { kv } = wranglerKv({ env: undefined, remote: false, folder });
  await expect(kv.get('')).rejects.toThrow(/^wrangler kv key get .*failed: /);
});

it.each(['', 'v3', 'v3/kv', 'v3/cache'])(
  'a file where its folder should be ends the command with 1: %j',
  async (below) => {
    const place = await mkdtemp(join(folder, 'place-'));
    const file = join(place, 'state', below);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'a,b\n');
    const args = ['build/artifact.ts', 'show', '--persist-to', join(place, 'state')];
    const failed = run(process.execPath, args, { cwd: ROOT, timeout: 60_000 });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: .*: it cannot be written: there is a file where its folder should be .*\n$/,
      ),
    });
  },
);
