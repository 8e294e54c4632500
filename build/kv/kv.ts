import { experimental_readRawConfig } from 'wrangler';
import { UsageError } from '../cli/options.ts';
import { openLocalKv } from './local-kv.ts';
import type { OpenKv } from './namespace.ts';
import { wranglerKv } from './wrangler-kv.ts';

/** The options of every command that reads or writes the KV namespace. */
export const kvOptions = {
  remote: {
    description: 'The KV namespace of the account, through wrangler (default: the one of `npm run dev`)',
  },
  env: { value: 'NAME', description: 'The environment in wrangler.toml' },
  'persist-to': { value: 'FOLDER', description: 'Where the local KV is kept (default: .wrangler/state)' },
  json: { description: 'Write one JSON object to standard output, words to standard error' },
} as const;

export interface KvChoice {
  remote: boolean;
  env: string | undefined;
  'persist-to': string | undefined;
}

/**
 * Opens the namespace that the options choose.
 *
 * @throws UsageError for an environment that wrangler.toml does not have
 */
export async function openKv({ remote, env, 'persist-to': folder }: KvChoice): Promise<OpenKv> {
  requireEnvironment(env ?? process.env.CLOUDFLARE_ENV);
  return remote ? wranglerKv({ env, remote }) : openLocalKv({ env, folder: folder ?? '.wrangler/state' });
}

/** wrangler only warns of a name that it does not know, and then takes the namespace of no environment. */
function requireEnvironment(name: string | undefined): void {
  if (!name) return;
  const { rawConfig } = experimental_readRawConfig({ config: 'wrangler.toml' });
  const known = Object.keys(rawConfig.env ?? {});
  if (known.includes(name)) return;
  const those = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  throw new UsageError(`There is no environment ${JSON.stringify(name)} in wrangler.toml: ${those}.`);
}
