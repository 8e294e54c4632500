import shipped from '../../config/voucher.json' with { type: 'json' };
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { Cube, cubeLayout } from '../../src/core/cube/cube.ts';
import { compileArtifact } from '../../src/core/decide/compile.ts';
import { emptyAssignment } from '../../src/core/history/clean.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { cleaner, DEFAULT_READING } from './reading.ts';

/** Every row of these artifacts: thirty-one days after the last order, fifteen orders. */
const ROW = {
  timestamp: '2018-07-21',
  last_order_ts: '2018-06-20',
  first_order_ts: '2018-01-01',
  total_orders: '15',
};

/** A request that falls in the one cell that has rows. */
export const REQUEST = {
  customer_id: 1,
  country_code: 'Peru',
  last_order_ts: '2018-06-20',
  as_of: '2018-07-21',
  segment_name: 'recency_segment',
};

const { frequency_segment, recency_segment, tenure_segment } = shipped.segments;

/** The three segments of the first system, whatever else is shipped: these artifacts have three cells a country. */
const CONFIG = {
  ...shipped,
  segments: { frequency_segment, recency_segment, tenure_segment },
  combined: {},
  default_segment: 'recency_segment',
};

export interface Giving {
  countries?: string[];
  /** Of each country. */
  rows?: number;
  /** Keys of the config that differ. */
  config?: object;
}

/**
 * An artifact in which every customer of its countries is given `amount`, so that an answer tells which artifact it
 * came from. It runs wherever core does: in Node, workerd and Deno.
 */
export async function artifactGiving(
  amount: number,
  { countries = ['Peru'], rows = 1, config: changes = {} }: Giving = {},
): Promise<Artifact> {
  const merged = { ...CONFIG, ...changes };
  // Other segments than those of the fixture come with a default of their own.
  const known = merged.default_segment in merged.segments;
  const parsed = parseConfig(
    known ? merged : { ...merged, default_segment: Object.keys(merged.segments)[0] },
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const config = parsed.value;
  const cube = new Cube(cubeLayout(config));
  const assignment = emptyAssignment();
  for (const country_code of countries) {
    for (let row = 0; row < rows; row++) {
      cleaner(DEFAULT_READING)({ ...ROW, country_code, voucher_amount: String(amount) }, assignment);
      cube.add(assignment);
    }
  }
  return await assembleArtifact(cube, [], config);
}

/** A store of one artifact that never changes. */
export function storeOf({ table, statistics }: Artifact, origin = 'test'): ArtifactStore {
  const state = { ok: true, compiled: compileArtifact(table), origin } as const;
  return { current: () => state, statistics: async () => ({ ok: true, statistics }) };
}
