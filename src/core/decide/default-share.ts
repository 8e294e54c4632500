import { hasNoOutside } from '../segments/ladder.ts';
import { percent } from '../words.ts';
import { segmentsOf } from './all-answers.ts';
import type { Answering, CompiledArtifact } from './compile.ts';

/** How much of the history the default would answer, if each of its rows were asked for once with a segment. */
export interface DefaultShare {
  segment: string;
  /** Kept rows that can be asked for with it. */
  rows: number;
  /** Those that the default answers. */
  by_default: number;
  /** Of these, rows in no band. The others are in a band that has no amount of its own. */
  in_no_band: number;
}

/** Segments that a sentence names. */
const MOST_SHOWN = 3;

const known = new WeakMap<CompiledArtifact, DefaultShare[]>();

/** @returns the share of each segment. It is computed once for an artifact */
export function defaultShares(compiled: CompiledArtifact): DefaultShare[] {
  const before = known.get(compiled);
  if (before !== undefined) return before;
  const shares = segmentsOf(compiled).map(shareOf);
  known.set(compiled, shares);
  return shares;
}

function shareOf({ ladder, amounts, rows, keys, countryAmounts, countryRows }: Answering): DefaultShare {
  const share: DefaultShare = { segment: ladder.name, rows: 0, by_default: 0, in_no_band: 0 };
  const isJoint = ladder.parts.length > 1;
  // A request without the field of such a segment is refused, so no default answers it.
  const allInBands = hasNoOutside(ladder);
  for (const [country, all] of countryRows.entries()) {
    const countryAnswers = ladder.endsAtCountry && all > 0 && (countryAmounts[country] as number) >= 0;
    let inBands = 0;
    let answered = 0;
    // The cells of a joint segment overlap, but its ladder ends at the country: no cell has an amount where that has none.
    for (let place = 0; !isJoint && place < keys.length; place++) {
      const inCell = rows[country]?.[place] as number;
      inBands += inCell;
      if ((amounts[country]?.[place] as number) >= 0) answered += inCell;
    }
    const asked = allInBands && !isJoint ? inBands : all;
    share.rows += asked;
    if (countryAnswers) continue;
    share.by_default += asked - answered;
    if (!isJoint) share.in_no_band += asked - inBands;
  }
  return share;
}

/**
 * Says which rows of the history the default would answer, why, and which setting changes it.
 *
 * @returns a sentence for people; null where the default answers none
 * @example 'The default, 0, would answer rows of this history: 66% asked with recency_segment (65% in no band). …'
 */
export function defaultWarning(compiled: CompiledArtifact): string | null {
  const shares = defaultShares(compiled).filter(({ by_default }) => by_default > 0);
  if (shares.length === 0) return null;
  return `${defaultAnswers(compiled, shares)}. ${defaultRemedy(compiled, shares)}.`;
}

/** @returns "the default, 0, would answer rows of this history: 9.6% asked with recency_segment" */
export function defaultAnswers({ defaults }: CompiledArtifact, shares: readonly DefaultShare[]): string {
  const largest = shares.toSorted((a, b) => shareByDefault(b) - shareByDefault(a)).slice(0, MOST_SHOWN);
  const more = shares.length - largest.length;
  const others = more > 0 ? `, and with ${more} other segment${more > 1 ? 's' : ''}` : '';
  const [first] = defaults;
  const name = defaults.every((amount) => amount === first) ? `The default, ${first},` : 'The default';
  return `${name} would answer rows of this history: ${largest.map(shareWords).join(', ')}${others}`;
}

/** @returns the setting that changes it, in a sentence without its point */
export function defaultRemedy({ table }: CompiledArtifact, shares: readonly DefaultShare[]): string {
  const { default_segment: segment, fallback } = table.config;
  if (fallback.length > 0) {
    return 'Their countries have no amount at all: set default_amount, or countries.NAME.default_amount';
  }
  const country = 'Set "fallback": ["country"] in the config, and the country answers instead';
  const isAnswered = segment !== undefined && shares.every((share) => share.segment !== segment);
  return isAnswered ? `${country}; or ask with ${segment}, the default_segment` : country;
}

/** @returns "9.6% asked with recency_segment (9% in no band)" */
export function shareWords(share: DefaultShare): string {
  const { segment, rows, in_no_band } = share;
  const outside = in_no_band === 0 ? '' : ` (${percent(in_no_band / rows)} in no band)`;
  return `${percent(shareByDefault(share))} asked with ${segment}${outside}`;
}

/** @returns the share of the rows that can be asked for; 0 where there are none */
export function shareByDefault({ rows, by_default }: DefaultShare): number {
  return rows === 0 ? 0 : by_default / rows;
}
