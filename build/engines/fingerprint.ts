import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/core/canonical.ts';
import type { Config } from '../../src/core/config/config.ts';
import { cubeLayout } from '../../src/core/cube/cube.ts';
import { CUBE_RULES_VERSION, layoutText } from '../../src/core/cube/cube-json.ts';

/**
 * @returns a hash of what a cube depends on: the period, the segments with their bands, the formats of numbers and times, and
 *   the version of the rules. Cubes with different hashes must not be added up.
 */
export function fingerprintOf(config: Config): string {
  const { numbers, times } = config;
  const layout = layoutText(cubeLayout(config));
  return shortHash({ layout, numbers, times, rules: CUBE_RULES_VERSION });
}

/** @returns a hash of 16 digits, the same for values that are alike */
export function shortHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}
