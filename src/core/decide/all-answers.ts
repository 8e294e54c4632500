import { allPositions } from '../segments/ladder.ts';
import { foldCountry } from '../values.ts';
import type { Answering, CompiledArtifact } from './compile.ts';
import { type Decision, decisionAt, indexOf } from './decide.ts';
import { walk } from './walk.ts';

/** One answer that POST /voucher can give. */
export interface PossibleAnswer {
  /** As shown; null for all countries that neither the history nor the config names. */
  country: string | null;
  decision: Decision;
}

/** @returns the segments of an artifact, each once */
export function segmentsOf({ segments }: CompiledArtifact): Answering[] {
  return [...new Set(segments.values())];
}

/** @returns the countries that have answers of their own, as shown, by their positions: those of the history first */
export function countriesOf({ table, countries }: CompiledArtifact): string[] {
  const others = Object.keys(table.config.countries).filter(
    (name) => (countries.get(foldCountry(name)) as number) >= table.countries.length,
  );
  return [...table.countries, ...others];
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
