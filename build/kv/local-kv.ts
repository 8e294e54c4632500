import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { getPlatformProxy, unstable_readConfig } from 'wrangler';
import { DataError, messageOf } from '../../src/core/errors.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import { within } from '../../src/platform/clock.ts';
import { ensureFolder } from '../files/aside.ts';
import { BINDING, explained, type OpenKv } from './namespace.ts';

/**
 * Opens the KV namespace that `wrangler dev` keeps on this machine, in one process for all that a command does with
 * it. Only this binding of wrangler.toml is started: what else a Worker has takes time, and has side effects.
 *
 * @param folder what wrangler calls --persist-to
 * @throws DataError when wrangler.toml has no such binding, or the folder cannot be
 */
export async function openLocalKv({
  env,
  folder,
}: {
  env: string | undefined;
  folder: string;
}): Promise<OpenKv> {
  const config = unstable_readConfig({ config: 'wrangler.toml', ...(env !== undefined && { env }) });
  const namespace = config.kv_namespaces.find(({ binding }: { binding: string }) => binding === BINDING);
  if (namespace === undefined)
    throw new DataError(`wrangler.toml: expected a KV namespace ${BINDING}, found none`);
  const state = resolve(folder, 'v3');
  // What is started without its folder does not end.
  for (const kept of ['kv', 'cache']) await ensureFolder(join(state, kept));
  await using temporary = await mkdtempDisposable(join(tmpdir(), 'voucher-edge-kv-'));
  const configPath = join(temporary.path, 'wrangler.json');
  const { name, compatibility_date } = config;
  await writeFile(configPath, JSON.stringify({ name, compatibility_date, kv_namespaces: [namespace] }));
  const opening = getPlatformProxy<{ [BINDING]: KeyValue }>({
    configPath,
    persist: { path: state },
    envFiles: [],
    remoteBindings: false,
  });
  const proxy = await told(opening, folder);
  const kv = explained(proxy.env[BINDING], (asked) => told(asked, folder));
  return { kv, close: () => told(proxy.dispose(), folder) };
}

/** After so many milliseconds nothing comes any more: workerd has ended, and what it was asked for stays open. */
const LONGEST_MS = 30_000;

/** Has failures of the store, such as that of one that another process is writing to, told in a sentence. */
async function told<T>(asked: Promise<T>, folder: string): Promise<T> {
  try {
    return await within(LONGEST_MS, asked, `nothing within ${LONGEST_MS / 1000} s`);
  } catch (cause) {
    // workerd's own log comes below.
    const [reason] = messageOf(cause).split('\n');
    const advice =
      'Another command may be using it, or its disk may be full: try again, or choose another folder with --persist-to.';
    throw new DataError(`The local KV in ${folder} does not answer (${reason}). ${advice}`, { cause });
  }
}
