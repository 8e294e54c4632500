import { NO_AMOUNT } from '../artifact/table.ts';
import { entry } from '../entry.ts';
import { keyOf, type Level, levelsToAsk, type Positions } from '../segments/ladder.ts';
import type { Answering } from './compile.ts';

/** Where a walk can end beside the places of cells. */
export const COUNTRY = -1;
export const DEFAULT = -2;

/** Told of each level that is asked: its kept rows, 0 where the table has no such cell, and its amount or NO_AMOUNT. */
type Notebook = (level: Level, rows: number, amount: number) => void;

/**
 * Walks the ladder of a segment: the one place where it is found out what answers.
 *
 * @param country the position of a country; one that is not in the table gets the default
 * @param known the customer's position in the bands of the ladder's parts
 * @param note for explain
 * @returns the place of the cell that answers, COUNTRY or DEFAULT
 */
export function walk(answering: Answering, country: number, known: Positions, note?: Notebook): number {
  const { ladder, places, countryRows, countryAmounts } = answering;
  const rows = answering.rows[country];
  const amounts = answering.amounts[country];
  if (rows === undefined || amounts === undefined) return DEFAULT;
  for (const level of levelsToAsk(ladder, known)) {
    let place = COUNTRY;
    let inCell = entry(countryRows, country);
    let amount = entry(countryAmounts, country);
    if (level.length > 0) {
      place = entry(places, keyOf(ladder, level, known)) - 1;
      inCell = place < 0 ? 0 : entry(rows, place);
      amount = place < 0 ? NO_AMOUNT : entry(amounts, place);
    }
    note?.(level, inCell, amount);
    if (inCell > 0 && amount >= 0) return place;
  }
  return DEFAULT;
}
