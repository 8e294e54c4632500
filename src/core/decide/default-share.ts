import { onceFor } from '../once-per.ts';
import { hasNoOutside } from '../segments/ladder.ts';
import { type Answering, type CompiledArtifact, segmentsOf } from './compile.ts';
import type { DefaultShare } from './schema.ts';

/** @returns the share of each segment. It is computed once for an artifact */
export const defaultShares = onceFor((compiled: CompiledArtifact): DefaultShare[] =>
  segmentsOf(compiled).map(shareOf),
);

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
