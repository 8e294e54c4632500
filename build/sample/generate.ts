import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { makeHistory } from './history.ts';

/** The committed sample: test/unit/sample.test.ts holds that these rows and this seed give its bytes. */
export const SAMPLE = { path: new URL('./history.csv', import.meta.url), rows: 6_200, seed: 20_260_701 };

if (import.meta.main) {
  await writeFile(SAMPLE.path, makeHistory(SAMPLE.rows, SAMPLE.seed));
  console.error(`wrote ${SAMPLE.rows} rows to ${fileURLToPath(SAMPLE.path)}`);
}
