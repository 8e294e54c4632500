import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { defaultShares } from '../../src/core/decide/default-share.ts';
import { countryRemedy, shareWords } from '../../src/core/decide/default-words.ts';
import { fixedPercent, readable } from '../../src/core/words.ts';
import type { ByDefault, SpendLine } from './tally.ts';

/**
 * Says how many customers get the default, why, what it means for the history, and what to set. A default is no amount
 * of the history, and often 0.
 *
 * @returns null where the default answers no customer
 */
export function defaultsWarning(
  { lines, by_default }: { lines: readonly SpendLine[]; by_default: ByDefault },
  compiled: CompiledArtifact,
): string | null {
  const { unknown_country, no_band, no_amount, segments } = by_default;
  const customers = unknown_country + no_band + no_amount;
  if (customers === 0) return null;
  const all = lines.reduce((sum, line) => sum + line.customers, 0);
  const reasons = [
    [no_band, 'in no band of the segment'],
    [no_amount, 'in a band without an amount'],
    [unknown_country, 'of a country that is not in the history'],
  ] as const;
  const why = reasons.flatMap(([count, words]) => (count === 0 ? [] : [`${readable(count)} ${words}`]));
  const history = defaultShares(compiled).filter(({ segment }) => segments.includes(segment));
  return [
    `${readable(customers)} of ${readable(all)} customers (${fixedPercent(customers / all)}) get the default: ${why.join(', ')}.`,
    `Of the rows of the history it would answer ${history.map(shareWords).join(', ')}.`,
    ...(no_band + no_amount > 0 ? [remedy(compiled)] : []),
    ...(unknown_country > 0 ? ['Set default_amount in the config for other countries.'] : []),
  ].join(' ');
}

function remedy({ table: { config } }: CompiledArtifact): string {
  const other = config.fallback.length > 0 ? '' : '; or leave out --segment, so that default_segment decides';
  return `${countryRemedy(config)}${other}.`;
}
