import type { DropReason } from '../../src/core/history/clean.ts';
import { isMissing } from '../../src/core/missing.ts';

/**
 * Applies the rule of the country to rows that a database has cleaned by all others. It groups countries as they are
 * written, and does not know which of them are missing: that rule comes before the last one.
 *
 * @param reason why the database drops them; null for rows that it keeps
 * @returns the country, "" for none, and why the rows are dropped
 */
export function outcomeOf(
  reason: DropReason | null,
  spelling: string,
): { country: string; reason: DropReason | null } {
  if (!isMissing(spelling)) return { country: spelling.trim(), reason };
  const isLater = reason === null || reason === 'negative_days_between_orders';
  return { country: '', reason: isLater ? 'missing_country_code' : reason };
}
