import { type CompiledArtifact, countriesOf, segmentsOf } from '../../src/core/decide/compile.ts';
import { decisionAt, indexOf, walk } from '../../src/core/decide/decide.ts';
import type { Decision } from '../../src/core/decide/schema.ts';
import { allPositions } from '../../src/core/segments/ladder.ts';

/** One answer that POST /voucher can give. */
export interface PossibleAnswer {
  /** As shown; null for all countries that neither the history nor the config names. */
  country: string | null;
  decision: Decision;
}

/**
 * Every answer that POST /voucher can give: of each segment, in each country and in those that are not known, for
 * customers in each band, in each joint position of the bands of a combined segment, and in none. Each once.
 */
export function* allAnswers(compiled: CompiledArtifact): Generator<PossibleAnswer> {
  const countries = [...countriesOf(compiled), null];
  for (const answering of segmentsOf(compiled)) {
    const everywhere = [...allPositions(answering.ladder)];
    for (const [position, country] of countries.entries()) {
      const seen = new Set<number>();
      for (const known of everywhere) {
        const place = walk(answering, position, known);
        const index = indexOf(answering, known, place);
        if (seen.has(index)) continue;
        seen.add(index);
        yield { country, decision: decisionAt(compiled, answering, position, known, place) };
      }
    }
  }
}
