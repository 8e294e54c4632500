import type { DecidingConfig } from '../config/deciding.ts';
import { shareByDefault } from '../shares.ts';
import { percent } from '../words.ts';
import type { DefaultShare } from './schema.ts';

type Settings = Pick<DecidingConfig, 'default_amount' | 'countries' | 'default_segment' | 'fallback'>;

/** Segments that a sentence names. */
const MOST_SHOWN = 3;

/**
 * Says which rows of the history the default would answer, why, and which setting changes it.
 *
 * @param shares of all segments
 * @returns sentences for people; null where the default answers none
 * @example 'The default, 0, would answer rows of this history: 66% asked with recency_segment (65% in no band). Set …'
 */
export function defaultWarning(config: Settings, shares: readonly DefaultShare[]): string | null {
  const some = shares.filter(({ by_default }) => by_default > 0);
  if (some.length === 0) return null;
  return `${defaultAnswers(config, some)}. ${defaultRemedy(config, some)}.`;
}

/** @returns "The default, 0, would answer rows of this history: 9.6% asked with recency_segment" */
export function defaultAnswers(
  { default_amount, countries }: Settings,
  shares: readonly DefaultShare[],
): string {
  const largest = shares.toSorted((a, b) => shareByDefault(b) - shareByDefault(a)).slice(0, MOST_SHOWN);
  const more = shares.length - largest.length;
  const others = more > 0 ? `, and with ${more} other segment${more > 1 ? 's' : ''}` : '';
  const isOne = Object.values(countries).every(
    (country) => (country.default_amount ?? default_amount) === default_amount,
  );
  const name = isOne ? `The default, ${default_amount},` : 'The default';
  return `${name} would answer rows of this history: ${largest.map(shareWords).join(', ')}${others}`;
}

/** @returns the setting that changes it, in a sentence without its point */
export function defaultRemedy(
  { default_segment: segment, fallback }: Settings,
  shares: readonly DefaultShare[],
): string {
  const country = countryRemedy({ fallback });
  const isAnswered = segment !== undefined && shares.every((share) => share.segment !== segment);
  return isAnswered && fallback.length === 0
    ? `${country}; or ask with ${segment}, the default_segment`
    : country;
}

/** @returns what lets the country answer, or where it does already, what sets another default */
export function countryRemedy({ fallback }: Pick<Settings, 'fallback'>): string {
  return fallback.length > 0
    ? 'Their countries have no amount at all: set default_amount, or countries.NAME.default_amount'
    : 'Set "fallback": ["country"] in the config, and the country answers instead';
}

/** @returns "9.6% asked with recency_segment (9% in no band)" */
export function shareWords(share: DefaultShare): string {
  const { segment, rows, in_no_band } = share;
  const outside = in_no_band === 0 ? '' : ` (${percent(in_no_band / rows)} in no band)`;
  return `${percent(shareByDefault(share))} asked with ${segment}${outside}`;
}
