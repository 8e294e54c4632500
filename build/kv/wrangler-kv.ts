import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DataError } from '../../src/core/errors.ts';
import { parseJson } from '../../src/core/parse-json.ts';
import type { KeyPage } from '../../src/core/publish/key-value.ts';
import { program, ROOT } from '../files/checkout.ts';
import { BINDING, type OpenKv } from './namespace.ts';

const run = promisify(execFile);

/** What KV holds under a key at most, in bytes. */
const LARGEST_VALUE = 25 * 1024 * 1024;

/** What `wrangler kv key get` prints, with exit code 0, for a key that is not there locally. */
const NOT_FOUND = 'Value not found';

/** The end of what it fails with for one that is not there in the account. */
const NO_SUCH_VALUE = ' - 404: ';

/** What it compiles is kept there, as that of our commands is: it starts in four fifths of the time. */
const COMPILED = join(ROOT, '.cache/compile');

interface WranglerKvOptions {
  env: string | undefined;
  /** Of the account; otherwise the local one, in `folder`. */
  remote: boolean;
  folder?: string;
}

/**
 * A KV namespace through `wrangler kv`: it knows how to log in, and which namespace the binding is. Each call is a
 * process of its own, and takes a second or two.
 */
export function wranglerKv({ env, remote, folder }: WranglerKvOptions): OpenKv {
  const place = remote
    ? ['--remote']
    : ['--local', ...(folder === undefined ? [] : ['--persist-to', folder])];
  const common = ['--binding', BINDING, ...place, ...(env === undefined ? [] : ['--env', env])];
  const kv = (...args: string[]) => wrangler(['kv', 'key', ...args, ...common]);
  return {
    kv: {
      async get(key) {
        // Not with --text, which adds a line end.
        const text = await kv('get', key).catch((error: DataError) => {
          if (error.message.includes(NO_SUCH_VALUE)) return NOT_FOUND;
          throw error;
        });
        return text.trim() === NOT_FOUND ? null : text;
      },
      async put(key, value, { metadata } = {}) {
        await using folder = await mkdtempDisposable(join(tmpdir(), 'voucher-edge-put-'));
        const path = join(folder.path, 'value');
        await writeFile(path, value);
        await kv('put', key, '--path', path, ...(metadata ? ['--metadata', JSON.stringify(metadata)] : []));
      },
      async delete(key) {
        await kv('delete', key);
      },
      async list({ prefix }): Promise<KeyPage> {
        // wrangler reads all pages itself.
        return { keys: parseList(await kv('list', '--prefix', prefix)), list_complete: true };
      },
    },
    close: async () => {},
  };
}

async function wrangler(args: readonly string[]): Promise<string> {
  const settings = { WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' };
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...settings };
  try {
    const options = { env, maxBuffer: LARGEST_VALUE };
    const { stdout } = await run(
      process.execPath,
      [program('wrangler', 'bin/wrangler.js'), ...args],
      options,
    );
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = [stderr, stdout].map((text) => text.trim()).find((text) => text !== '') ?? 'it said nothing';
    throw new DataError(`wrangler ${args.slice(0, 4).join(' ')} failed: ${said.slice(0, 1000)}`, {
      cause: error,
    });
  }
}

function parseList(text: string): KeyPage['keys'] {
  const keys = parseJson(text);
  if (Array.isArray(keys)) return keys;
  throw new DataError(`expected a list of keys from wrangler, got ${JSON.stringify(text.slice(0, 200))}`);
}
