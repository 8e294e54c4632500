import type { Decision } from '../core/decide/decide.ts';
import { bounded } from './ecs.ts';

/** What Workers Analytics Engine takes. */
export interface DataPoint {
  indexes: string[];
  blobs: (string | null)[];
  doubles: number[];
}

/** An index may have 96 bytes; a UTF-16 unit makes three at most. */
const LONGEST_COUNTRY = 32;

/**
 * A decision as a data point: by country (index1), blob1 country, blob2 segment, blob3 band, blob4 rung, blob5
 * artifact version, double1 amount, double2 rows behind it. Nothing in it says which customer it was.
 */
export function dataPoint(country: string, decision: Decision): DataPoint {
  const name = bounded(country.trim(), LONGEST_COUNTRY);
  const { segment_name, segment, source, artifact_version, voucher_amount, sample_size } = decision;
  return {
    indexes: [name],
    blobs: [name, segment_name, segment, source, artifact_version],
    doubles: [voucher_amount, sample_size],
  };
}
