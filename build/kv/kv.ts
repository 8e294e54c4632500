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

/** Opens the namespace that the options choose. */
export async function openKv({ remote, env, 'persist-to': folder }: KvChoice): Promise<OpenKv> {
  return remote ? wranglerKv({ env, remote }) : openLocalKv({ env, folder: folder ?? '.wrangler/state' });
}
