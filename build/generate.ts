import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { ConfigSchema } from '../src/core/config.ts';

/** The files that are made from the sources and committed: `npm run check` holds that they are up to date. */
const GENERATED: { path: URL; text: () => string }[] = [
  { path: new URL('../config/voucher.schema.json', import.meta.url), text: configJsonSchema },
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
    if (before === text()) continue;
    stale.push(fileURLToPath(path));
    if (!check) await writeFile(path, text());
  }
  return stale;
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const stale = await generate(check);
  for (const path of stale)
    console.error(check ? `out of date: ${path} (run npm run generate)` : `wrote ${path}`);
  process.exitCode = check && stale.length > 0 ? 1 : 0;
}
