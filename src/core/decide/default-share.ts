import { hasNoOutside } from '../segments/ladder.ts';
import type { Answering, CompiledArtifact } from './compile.ts';
import { segmentsOf } from './compile.ts';

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
