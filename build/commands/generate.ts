import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { ConfigSchema } from '../../src/core/config/config.ts';
import { DataError } from '../../src/core/errors.ts';
import { type Command, run } from '../cli/command.ts';
import { writeFileAside } from '../files/aside.ts';
import { ROOT } from '../files/checkout.ts';
import { DEPLOYED_CONFIG, deployedConfigText } from '../files/deployed-config.ts';
import { makeHistory, SAMPLE } from '../sample/history.ts';

/** The files that are made from the sources and committed: `npm run check` holds that they are up to date. */
const GENERATED: { path: string; text: () => string | Promise<string> }[] = [
  { path: join(ROOT, 'config/voucher.schema.json'), text: configJsonSchema },
  { path: DEPLOYED_CONFIG, text: deployedConfigText },
  { path: fileURLToPath(SAMPLE.path), text: () => makeHistory(SAMPLE.rows, SAMPLE.seed) },
];

/** The JSON Schema of config/voucher.json, which editors read for completion and hints. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(ConfigSchema, { io: 'input' });
  return `${JSON.stringify({ title: 'voucher-edge config', ...schema }, null, 2)}\n`;
}

/** Writes the generated files, or with `--check` only compares. @returns the paths that differ from their sources */
async function generate(check: boolean): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, text } of GENERATED) {
    const before = await readFile(path, 'utf8').catch(() => '');
    const now = await text();
    if (before === now) continue;
    stale.push(path);
    if (!check) await writeFileAside(path, now);
  }
  return stale;
}

const options = {
  check: { description: 'Write nothing; exit with 1 if a file is not what its source gives' },
} as const;

const generateCommand: Command<typeof options> = {
  name: 'npm run generate --',
  summary:
    'Writes the committed files that are made from sources: the schema of the config for editors, and the sample history, which has the diseases of a real one.',
  options,
  meant: 'check',
  examples: [
    { args: '', does: 'write them after a change of their sources' },
    { args: '--check', does: 'only check that they are up to date, as npm run check does' },
  ],
  async run({ check }, terminal) {
    const stale = await generate(check);
    if (!check) for (const path of stale) terminal.err(`Wrote ${path}\n`);
    if (check && stale.length > 0) {
      throw new DataError(`out of date: ${stale.join(', ')}: run npm run generate`);
    }
  },
};

if (import.meta.main) await run(generateCommand);
