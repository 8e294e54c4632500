import { UsageError, type Values } from '../cli/options.ts';
import { openDataFolder } from './data-folder.ts';
import type { OpenKv } from './namespace.ts';
import { wranglerKv } from './wrangler-kv.ts';

/** The options of every command that reads or writes the KV namespace. */
export const kvOptions = {
  remote: {
    description: 'The KV namespace of the account, through wrangler (default: the one of `npm run dev`)',
  },
  env: { value: 'NAME', description: 'The environment in wrangler.toml' },
  data: {
    value: 'FOLDER',
    description: 'The data folder of a server of your own, which may be running (npm run serve: .data)',
  },
  'persist-to': { value: 'FOLDER', description: 'Where the local KV is kept (default: .wrangler/state)' },
  json: { description: 'Write one JSON object to standard output, words to standard error' },
} as const;

export type KvChoice = Omit<Values<typeof kvOptions>, 'json'>;

/**
 * Opens the namespace that the options choose.
 *
 * @throws UsageError for an environment that wrangler.toml does not have
 */
export async function openKv({ remote, env, 'persist-to': folder, data }: KvChoice): Promise<OpenKv> {
  if (data !== undefined) {
    const others = [remote && '--remote', env && '--env', folder && '--persist-to'].filter(Boolean);
    if (others.length > 0)
      throw new UsageError(`--data is a place of its own: leave out ${others.join(', ')}`);
    return await openDataFolder(data);
  }
  await requireEnvironment(env ?? process.env.CLOUDFLARE_ENV);
  if (remote) return wranglerKv({ env, remote });
  const { openLocalKv } = await import('./local-kv.ts');
  return await openLocalKv({ env, folder: folder ?? '.wrangler/state' });
}

/** @returns the place that options choose, for people: it goes after "in" */
export function placeOf({
  remote,
  env = process.env.CLOUDFLARE_ENV,
  'persist-to': folder,
  data,
}: KvChoice): string {
  if (data !== undefined) return data;
  const local = folder === undefined ? 'the KV of npm run dev' : `the local KV in ${folder}`;
  return (remote ? 'the account' : local) + (env ? ` (${env})` : '');
}

/** wrangler only warns of a name that it does not know, and then takes the namespace of no environment. */
async function requireEnvironment(name: string | undefined): Promise<void> {
  if (!name) return;
  // Loaded only where it is used: it takes most of a second.
  const { experimental_readRawConfig } = await import('wrangler');
  const { rawConfig } = experimental_readRawConfig({ config: 'wrangler.toml' });
  const known = Object.keys(rawConfig.env ?? {});
  if (known.includes(name)) return;
  const those = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  throw new UsageError(`There is no environment ${JSON.stringify(name)} in wrangler.toml: ${those}.`);
}
