import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import bundled from '../../../artifacts/current.json' with { type: 'json' };
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { openKv } from '../../../build/kv/kv.ts';
import { openLocalKv } from '../../../build/kv/local-kv.ts';
import { tools } from '../../../build/kv/tools.ts';
import { wranglerKv } from '../../../build/kv/wrangler-kv.ts';
import { readBody, tableKey } from '../../../src/core/publish/bodies.ts';
import { listEntries, recordEntry } from '../../../src/core/publish/history.ts';
import type { Entry } from '../../../src/core/publish/pointer.ts';
import { livePointer, publish } from '../../../src/core/publish/publish.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { listen } from '../../support/listen.ts';
import { type MemoryKv, memoryKv } from '../../support/memory-kv.ts';
import { ROOT } from '../support/command.ts';
import { keptTerminal } from '../support/terminal.ts';

// A busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-kv-'));
afterAll(() => rm(folder, { recursive: true }));

it('the command, the local namespace and wrangler see the same artifacts', async () => {
  const terminal = keptTerminal();
  const args = ['publish', '--persist-to', folder, '--by', 'ana', '--json'];
  expect(await executeGroup(artifactCommands(tools(openKv)), args, terminal)).toBe(0);
  expect(JSON.parse(terminal.text.out)).toMatchObject({ version: bundled.version, published: true });

  const local = await openLocalKv({ env: undefined, folder });
  const artifact = await artifactGiving(10);
  try {
    expect(await livePointer(local.kv)).toMatchObject({
      version: bundled.version,
      by: 'ana',
      previous: bundled.version,
    });
    await publish(local.kv, artifact, { by: 'bo', now: Date.now() });
  } finally {
    await local.close();
  }

  const { kv } = wranglerKv({ env: undefined, remote: false, folder });
  const at = '2030-01-01T00:00:00.000Z';
  const entry: Entry = {
    version: bundled.version,
    action: 'rollback',
    at,
    by: 'cy',
    reason: 'é'.repeat(500),
    previous: artifact.version,
    previous_at: null,
    live_since: at,
    hold: { since: at, by: 'cy', reason: null },
    run: null,
    history_source: 'command_line',
  };
  await recordEntry(kv, entry);
  const moves = await listEntries(kv);
  expect(moves.map(({ by, action }) => `${action} ${by}`)).toEqual([
    'bundled deployment',
    'publish ana',
    'publish bo',
    'rollback cy',
  ]);
  expect(moves.at(-1)).toEqual(entry);
  // To the byte: a prune that was too fast puts it back.
  expect(await readBody(kv, artifact.version)).toMatchObject({ ok: true, text: artifact.texts.table });
  await kv.delete(tableKey(artifact.version));
  expect(await kv.get(tableKey(artifact.version))).toBeNull();
});

it('reads and writes a namespace of the account, from the first time on', async () => {
  const account = memoryKv(100);
  const api = await listen((request) => answerAsAccount(account, request));
  const place = await mkdtemp(join(folder, 'account-'));
  const id = '0'.repeat(32);
  const namespace = `[[kv_namespaces]]\nbinding = "ARTIFACTS"\nid = "${id}"\n`;
  await writeFile(
    join(place, 'wrangler.toml'),
    `name = "x"\ncompatibility_date = "2026-10-01"\n${namespace}`,
  );
  vi.stubEnv('CLOUDFLARE_API_BASE_URL', api.origin);
  vi.stubEnv('CLOUDFLARE_API_TOKEN', 'token');
  vi.stubEnv('CLOUDFLARE_ACCOUNT_ID', 'account');
  // wrangler reads the wrangler.toml of the folder that it is started in.
  process.chdir(place);
  try {
    const { kv } = await openKv({ remote: true, env: undefined, data: undefined, 'persist-to': undefined });
    expect(await kv.get('current')).toBeNull();
    const { texts, version } = await artifactGiving(10);
    await kv.put(tableKey(version), texts.table, { metadata: { rows_kept: 1 } });
    expect(account.values.get(tableKey(version))).toMatchObject({ value: texts.table });
    expect(await kv.list({ prefix: 'artifact:' })).toMatchObject({
      keys: [{ name: tableKey(version), metadata: { rows_kept: 1 } }],
    });
    account.before = () => {
      throw new Error('no');
    };
    const terminal = keptTerminal();
    expect(await executeGroup(artifactCommands(tools(openKv)), ['show', '--remote'], terminal)).toBe(1);
    // What wrangler says no to is told in its words.
    expect(terminal.text.err).toMatch(/wrangler kv key get current .*failed: .* 500/s);
  } finally {
    process.chdir(ROOT);
    vi.unstubAllEnvs();
    await api.stop();
  }
});

/** The part of Cloudflare's API that wrangler asks for KV. */
async function answerAsAccount(kv: MemoryKv, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, key] = /\/values\/(.*)$/.exec(pathname) ?? [];
  const done = (result: unknown) => Response.json({ success: true, errors: [], messages: [], result });
  try {
    if (key === undefined) return done((await kv.list({ prefix: searchParams.get('prefix') ?? '' })).keys);
    const name = decodeURIComponent(key);
    if (request.method === 'PUT') {
      const isForm = request.headers.get('content-type')?.startsWith('multipart/') ?? false;
      const form = isForm ? await request.formData() : null;
      const value = form ? form.get('value') : await request.text();
      const metadata = JSON.parse(String(form?.get('metadata') ?? 'null'));
      await kv.put(name, typeof value === 'string' ? value : await (value as File).text(), { metadata });
      return done({});
    }
    const value = await kv.get(name);
    return value === null ? new Response('', { status: 404 }) : new Response(value);
  } catch {
    return new Response('', { status: 500 });
  }
}

/** @returns a folder for the state, with a file in the way of it */
async function blocked(below: string): Promise<string> {
  const state = join(await mkdtemp(join(folder, 'place-')), 'state');
  const file = join(state, below);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'a,b\n');
  return state;
}
const BLOCKED = 'it cannot be written: there is a file where its folder should be';

it.each(['', 'v3', 'v3/kv', 'v3/cache'])(
  'a file where its folder should be keeps it from opening: %j',
  async (below) => {
    await expect(openLocalKv({ env: undefined, folder: await blocked(below) })).rejects.toThrow(BLOCKED);
  },
);

it('a file where its folder should be ends the command with 1', async () => {
  const args = ['build/commands/artifact.ts', 'show', '--persist-to', await blocked('v3')];
  const failed = run(process.execPath, args, { cwd: ROOT, timeout: 60_000 });
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^error: .*: ${BLOCKED} .*\\n$`)),
  });
});
