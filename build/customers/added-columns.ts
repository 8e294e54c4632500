import { DECISION_FIELDS } from '../../src/core/decide/decision.ts';
import type { Decision } from '../../src/core/decide/schema.ts';
import { DataError } from '../../src/core/errors.ts';
import { shown } from '../../src/core/shown.ts';

/** A column that scoring adds: its name, and what of a decision it holds. */
export interface AddedColumn {
  name: string;
  of: keyof Decision;
}

/**
 * The columns that scoring adds after those of the input, named as in an answer of the API. A segment_name that the
 * input has stays the only one. Otherwise no name may be there twice. There is a currency only where the config names
 * one.
 *
 * @param names the columns of the input
 * @param own whether each customer has a segment_name of its own
 * @param hasCurrency whether the config names a currency
 * @param prefix put in front of the added names
 * @throws DataError that names a column which is there already
 */
export function addedColumns(
  names: readonly string[],
  { own, hasCurrency }: { own: boolean; hasCurrency: boolean },
  prefix: string,
): AddedColumn[] {
  const left = [...(own ? ['segment_name'] : []), ...(hasCurrency ? [] : ['currency'])];
  const added = DECISION_FIELDS.filter((column) => !left.includes(column)).map((column) => ({
    name: prefix + column,
    of: column,
  }));
  const taken = added.find(({ name }) => names.includes(name));
  if (taken === undefined) return added;
  throw new DataError(
    `expected no column ${shown(taken.name)}, which scoring adds: rename it, or give the added columns another name ` +
      'with --prefix, such as --prefix offer_',
  );
}
