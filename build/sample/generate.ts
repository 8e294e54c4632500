import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readable } from '../../src/core/words.ts';
import { type Command, run } from '../cli/command.ts';
import { makeHistory } from './history.ts';

/** The committed sample: test/unit/commands/sample.test.ts holds that these rows and this seed give its bytes. */
export const SAMPLE = { path: new URL('./history.csv', import.meta.url), rows: 6_200, seed: 20_260_701 };

const sampleCommand: Command<Record<never, never>> = {
  name: 'npm run build:sample --',
  summary: 'Writes the sample history, with the diseases of a real one: the same bytes every time.',
  options: {},
  meant: 'help',
  examples: [{ args: '', does: 'write the sample after a change of its generator' }],
  async run(_, terminal) {
    await writeFile(SAMPLE.path, makeHistory(SAMPLE.rows, SAMPLE.seed));
    terminal.err(`Wrote ${readable(SAMPLE.rows)} rows to ${fileURLToPath(SAMPLE.path)}\n`);
  },
};

if (import.meta.main) await run(sampleCommand);
