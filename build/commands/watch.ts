import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../src/core/errors.ts';
import { type Command, run } from '../cli/command.ts';
import { beforeInterrupt } from '../cli/interrupts.ts';
import { UsageError } from '../cli/options.ts';
import { refuseOverwriting } from '../cli/overwriting.ts';
import { incremental } from '../engines/incremental.ts';
import { threads } from '../engines/threads.ts';
import { CONFIG_OPTION, readConfig } from '../files/config-file.ts';
import { takeRemoved } from '../files/temporary.ts';
import { dataFilesIn } from '../read/inputs.ts';
import { eventLog } from '../watch/events.ts';
import { FolderWatch } from '../watch/folder-watch.ts';
import { rebuild } from '../watch/rebuild.ts';
import { DEFAULT_CACHE } from './build-artifact.ts';

/** Milliseconds. */
const POLL = 5_000;

const options = {
  config: CONFIG_OPTION,
  out: {
    value: 'FOLDER',
    default: 'artifacts',
    description: 'Where VERSION.json and current.json are written',
  },
  cache: { value: 'FOLDER', default: DEFAULT_CACHE, description: 'Where it keeps the counts of files' },
  settle: {
    value: 'SECONDS',
    default: '2',
    description: 'How long files must stay unchanged before they count as whole',
  },
} as const;

export const watch: Command<typeof options> = {
  name: 'npm run watch --',
  summary:
    'Watches a folder and builds the artifact again when files are added, changed or removed. Standard output has one line of JSON for each event.',
  options,
  operands: { usage: 'FOLDER', least: 1, most: 1 },
  examples: [{ args: 'history/ --out artifacts', does: 'build whenever an export is put into history/' }],
  async run(values, _, [folder = '']) {
    const settle = secondsOf(values.settle);
    const { out, cache } = values;
    const config = await readConfig(values.config);
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new DataError(`${folder}: expected a folder to watch, found none`);
    }
    // What it cannot look at is reported once it watches.
    const { found } = await dataFilesIn(folder).catch(() => ({ found: [] }));
    await refuseOverwriting([...found.map(({ path }) => path), values.config], {
      'the artifact': join(out, 'current.json'),
    });
    const { tell, flush } = eventLog(process.stdout.fd, () => new Date());
    beforeInterrupt(() => {
      tell({ event: 'stopped' });
      return flush();
    });
    const engine = incremental(threads, {
      folder: cache,
      warn: (reason) => tell({ event: 'warning', reason }),
    });
    tell({ event: 'watching', folder, out });
    return await new FolderWatch({
      folder,
      settle,
      poll: POLL,
      tell,
      async rebuild(files) {
        const rebuilt = await rebuild(files, { config, engine, out });
        const removed = takeRemoved();
        if (removed.length > 0) tell({ event: 'leftovers_removed', files: removed });
        return rebuilt;
      },
    }).run();
  },
};

/** @returns milliseconds */
function secondsOf(text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= 3600) return seconds * 1000;
  throw new UsageError(`expected seconds, at most 3600, for --settle, got ${JSON.stringify(text)}`);
}

if (import.meta.main) await run(watch);
