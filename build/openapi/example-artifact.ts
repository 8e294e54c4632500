import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { RowCounter } from '../../src/core/cube/row-counter.ts';
import { CsvReader } from '../../src/core/history/csv.ts';
import { makeHistory, SAMPLE } from '../sample/history.ts';

/** Enough for amounts in every level of the combination. */
const ROWS = 3_000;

/** @param names such as 5-13, and 38+ for one without an end */
const bandsOf = (...names: string[]) =>
  names.map((name) => {
    const [min, max] = name.split(/[-+]/, 2).map(Number);
    return { name, min, ...(max && { max }) };
  });

/** The segments that the examples ask for. Those of a deployment are its own: it renames them, or has others. */
const CONFIG = {
  segments: {
    frequency_segment: { of: 'total_orders', bands: bandsOf('0-4', '5-13', '14-37', '38+') },
    recency_segment: {
      of: 'days_since_last_order',
      bands: bandsOf('30-60', '61-90', '91-120', '121-180', '181+'),
    },
    tenure_segment: { of: 'days_since_first_order', bands: bandsOf('0-179', '180+') },
  },
  combined: {
    combined_segment: {
      combine: ['recency_segment', 'frequency_segment', 'tenure_segment'],
      min_support: 20,
    },
  },
  default_segment: 'combined_segment',
};

/**
 * Makes what the API reference answers its examples from: a sample of the history under a config of its own. It is never
 * the artifact or the config of a deployment, which may have other segments, or 1,000 countries.
 *
 * @throws Error when the config above no longer fits
 */
export async function exampleArtifact(): Promise<Artifact> {
  const config = parseConfig(CONFIG);
  if (!config.ok) throw new Error(JSON.stringify(config.issues));
  const counter = new RowCounter(config.value, new Cube(cubeLayout(config.value)), null);
  const reader = new CsvReader(counter);
  reader.push(makeHistory(ROWS, SAMPLE.seed));
  reader.end();
  return await assembleArtifact(counter.cube, [], config.value);
}
