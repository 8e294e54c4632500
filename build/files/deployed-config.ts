import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAside } from './aside.ts';
import { ROOT } from './checkout.ts';
import { DEFAULT_CONFIG, readConfig } from './config-file.ts';

/** What the service bundles: config/voucher.json with its defaults, so that no isolate has to check it. */
export const DEPLOYED_CONFIG = join(ROOT, 'artifacts/config.json');

/** @throws DataError for a config that does not fit its schema: nothing is deployed with it */
export async function deployedConfigText(): Promise<string> {
  const config = await readConfig(join(ROOT, DEFAULT_CONFIG));
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Writes it, where it is another one than before: who watches the file sees only what changed. */
export async function writeDeployedConfig(): Promise<void> {
  const text = await deployedConfigText();
  const before = await readFile(DEPLOYED_CONFIG, 'utf8').catch(() => null);
  if (text !== before) await writeFileAside(DEPLOYED_CONFIG, text);
}
