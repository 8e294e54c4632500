import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openKv } from '../../../build/kv/kv.ts';
import { openLocalKv } from '../../../build/kv/local-kv.ts';
import { namedArtifact } from '../../../build/kv/named-artifact.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { keptTerminal } from '../support/terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-env-'));
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

describe('an environment that wrangler.toml does not have', () => {
  const refusal = /^There is no environment "prodd" in wrangler.toml: it has core\.$/;

  it.each([true, false])('is refused before anything is opened, with remote %s', async (remote) => {
    await expect(openKv({ remote, env: 'prodd', 'persist-to': folder, data: undefined })).rejects.toThrow(
      refusal,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused where CLOUDFLARE_ENV names it', async () => {
    vi.stubEnv('CLOUDFLARE_ENV', 'prodd');
    await expect(
      openKv({ remote: false, env: undefined, 'persist-to': folder, data: undefined }),
    ).rejects.toThrow(refusal);
  });
});

it('a local KV that fails says so in a sentence, and what to do', async () => {
  const { kv, close } = await openLocalKv({ env: undefined, folder });
  try {
    // No key has so many bytes.
    await expect(kv.get('x'.repeat(600))).rejects.toThrow(
      /^The local KV in .* does not answer \(.*\)\. Another command may be using it, or its disk may be full: try again/s,
    );
  } finally {
    await close();
  }
});

it('a name that is no version and no file leads to the list', async () => {
  await expect(namedArtifact(memoryKv(), 'latest', keptTerminal())).rejects.toThrow(
    'There is no version and no file "latest": npm run artifact -- list shows the versions, and "live" is the one that is live.',
  );
});
