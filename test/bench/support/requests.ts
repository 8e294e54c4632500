import { readArtifactFiles } from '../../../build/files/artifact-files.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { formatTime, SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { inProject } from './project.ts';

export const ARTIFACT = 'artifacts/current.json';

/** The segments that the first system has. */
const FIRST_SEGMENTS = ['frequency_segment', 'recency_segment'];

/** The body of POST /voucher that the first system takes as well: one time form, every field there. */
export interface VoucherBody {
  customer_id: number;
  country_code: string;
  last_order_ts: string;
  total_orders: number;
  segment_name: string;
}

/** @returns the artifact that the service bundles */
export async function bundledArtifact(): Promise<Artifact> {
  return await readArtifactFiles(inProject(ARTIFACT));
}

/**
 * @returns a request for each country and each band of the first system's segments; the quantity lies in the middle of its band, so that midnight moves none into another
 */
export function requestMix({ table: { config, countries } }: Artifact): VoucherBody[] {
  const now = Math.floor(Date.now() / 1000);
  const bodies: VoucherBody[] = [];
  for (const country_code of countries) {
    for (const segment_name of FIRST_SEGMENTS) {
      const { of, bands } = config.segments[segment_name] ?? { of: null, bands: [] };
      for (const { min, max } of bands) {
        const value = Math.floor((min + (max ?? min + 100)) / 2);
        const days = of === 'days_since_last_order' ? value : 45;
        bodies.push({
          customer_id: 1000 + bodies.length,
          country_code,
          last_order_ts: formatTime(now - days * SECONDS_PER_DAY)
            .slice(0, 19)
            .replace('T', ' '),
          total_orders: of === 'total_orders' ? value : 15,
          segment_name,
        });
      }
    }
  }
  return bodies;
}

/** @returns what a server answers to POST with a body; throws unless it is 200 with JSON */
export async function ask(url: string, body: VoucherBody): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`expected 200 from ${url}, got ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** Two ways to round a half may differ by one cent. */
const CENT = 0.01 + 1e-9;

/** Makes sure that both contenders do the work: the answers to the whole mix must be the same numbers. */
export async function sameAmounts(ours: string, peer: string, bodies: readonly VoucherBody[]): Promise<void> {
  for (const body of bodies) {
    const [mine, theirs] = await Promise.all([ask(ours, body), ask(peer, body)]);
    if (!(Math.abs(Number(mine.voucher_amount) - Number(theirs.voucher_amount)) <= CENT)) {
      throw new Error(
        `expected the same voucher_amount for ${JSON.stringify(body)}, ` +
          `got ${JSON.stringify(mine)} and ${JSON.stringify(theirs)}`,
      );
    }
  }
}
