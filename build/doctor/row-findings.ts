import type { Config } from '../../src/core/config/config.ts';
import { Cube } from '../../src/core/cube/cube.ts';
import { malformedSentence } from '../../src/core/estimate/readable.ts';
import type { Examination } from './examine.ts';
import { type Finding, finding } from './finding.ts';
import { type Cell, cellsOf, joined, leavingOut, movementBetween } from './movement.ts';
import { ROW_DISEASES } from './row-diseases.ts';

/** @returns what is wrong with single rows, and what the answers would be without them */
export function rowFindings(
  examination: Examination,
  config: Config,
  cells: ReadonlyMap<string, Cell>,
): Finding[] {
  const { cube, diseased, duplicates, reports } = examination;
  const malformed = reports.find(({ notes }) => notes.malformed !== null);
  const leftOut = leavingOut(cube, config, cells);
  const found = Array.from(ROW_DISEASES, ([disease, words]) => {
    const suspects = diseased.get(disease);
    if (suspects === undefined) return [];
    const isShape = disease === 'malformed_row' && malformed !== undefined;
    const sampled = disease === 'duplicate_row' && !duplicates.exact;
    const effect = disease === 'event_before_order' ? keptInstead : leftOut;
    return finding(disease, sampled ? duplicates.rows : suspects.rows, 'rows', {
      ...words,
      ...(isShape && { what: `${words.what}: ${malformedSentence(malformed)}` }),
      estimated: sampled,
      examples: suspects.examples,
      effect: () => (sampled || suspects.cube.countries.size === 0 ? null : effect(suspects.cube)),
    });
  });
  return [...found.flat(), ...formFinding(examination, leftOut)];

  function keptInstead(believed: Cube): Finding['effect'] {
    const after = cellsOf(joined(cube, believed), config);
    return { if: 'these rows were kept, as of the day of the order', ...movementBetween(cells, after) };
  }
}

/** Several forms of time in one column are several programs that wrote it. */
function formFinding({ forms }: Examination, leftOut: (rows: Cube) => Finding['effect']): Finding[] {
  const [most, ...rare] = [...forms.values()].sort((a, b) => b.rows - a.rows);
  if (most === undefined || rare.length === 0) return [];
  const others = new Cube(most.cube.layout);
  for (const { cube } of rare) others.merge(cube);
  const names = [...forms.keys()].sort();
  const count = rare.reduce((sum, { rows }) => sum + rows, 0);
  return finding('mixed_time_forms', count, 'rows', {
    what: `timestamp is written in ${names.length} forms; these rows have another one than most`,
    today: 'all are read; a date alone is midnight, so the days since an order may be one less',
    remedy: 'export all times in one form, best with the time of day',
    examples: names,
    effect: () => leftOut(others),
  });
}
