import type { Artifact } from '../../src/core/artifact.ts';
import { artifactOf, rawRow, shippedConfig } from './histories.ts';

/** Days before the order, of the day of the artifact. */
const DAY = '2018-07-21';

/**
 * An artifact in which every customer of every named country, thirty-one days after the last order, is given
 * `amount`; so an answer tells which artifact it came from.
 */
export function artifactGiving(
  amount: number,
  {
    countries = ['Peru'],
    rows = 1,
    config = {},
  }: { countries?: string[]; rows?: number; config?: object } = {},
): Promise<Artifact> {
  const history = countries.flatMap((country) =>
    Array.from({ length: rows }, () =>
      rawRow([DAY, country, '2018-06-20', '2018-01-01', '15', String(amount)]),
    ),
  );
  return artifactOf(history, shippedConfig({ ...config }));
}
