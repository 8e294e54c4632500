import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { RowCounter } from '../../src/core/cube/row-counter.ts';
import { CsvReader } from '../../src/core/history/csv.ts';
import { SAMPLE } from '../sample/generate.ts';
import { makeHistory } from '../sample/history.ts';

/** Enough for amounts in every level of the combination. */
const ROWS = 3_000;

/** The segments that the examples ask for. Those of a deployment are its own: it renames them, or has others. */
const CONFIG = {
  segments: {
    frequency_segment: {
      of: 'total_orders',
      bands: [
        { name: '0-4', min: 0, max: 4 },
        { name: '5-13', min: 5, max: 13 },
        { name: '14-37', min: 14, max: 37 },
        { name: '38+', min: 38 },
      ],
    },
    recency_segment: {
      of: 'days_since_last_order',
      bands: [
        { name: '30-60', min: 30, max: 60 },
        { name: '61-90', min: 61, max: 90 },
        { name: '91-120', min: 91, max: 120 },
        { name: '121-180', min: 121, max: 180 },
        { name: '181+', min: 181 },
      ],
    },
    tenure_segment: {
      of: 'days_since_first_order',
      bands: [
        { name: '0-179', min: 0, max: 179 },
        { name: '180+', min: 180 },
      ],
    },
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
  const { columns } = config.value;
  const { cube, onRow, onMalformed } = new RowCounter(config.value, new Cube(cubeLayout(config.value)), null);
  const reader = new CsvReader({ columns, onRow, onMalformed });
  reader.push(makeHistory(ROWS, SAMPLE.seed));
  reader.end();
  return await assembleArtifact(cube, [], config.value);
}
