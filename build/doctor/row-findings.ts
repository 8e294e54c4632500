import type { Config } from '../../src/core/config/config.ts';
import { moneyOf } from '../../src/core/config/country-money.ts';
import { Cube } from '../../src/core/cube/cube.ts';
import { foldCountries } from '../../src/core/estimate/estimate.ts';
import { malformedSentence } from '../../src/core/estimate/readable.ts';
import { smallestUnit } from '../../src/core/money.ts';
import { shown } from '../../src/core/shown.ts';
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
  return [
    ...found.flat(),
    ...groupedFindings(examination, config, leftOut),
    ...formFinding(examination, leftOut),
  ];

  function keptInstead(believed: Cube): Finding['effect'] {
    const after = cellsOf(joined(cube, believed), config);
    return { if: 'these rows were kept, as of the day of the order', ...movementBetween(cells, after) };
  }
}

/** Where no country has other amounts, the file as a whole is doubted: see value-findings.ts. */
function groupedFindings(
  { grouped, ungrouped, cube }: Examination,
  config: Config,
  leftOut: (rows: Cube) => Finding['effect'],
): Finding[] {
  const money = moneyOf(config);
  const countries = foldCountries(cube);
  return [...grouped].flatMap(([fold, { rows, examples, cube }]) => {
    const country = countries.get(fold)?.shown ?? fold;
    const { currency } = money(country);
    const hasThree = currency !== null && smallestUnit(currency) < 0.01;
    if (ungrouped.size === 0 || ungrouped.has(fold) || hasThree) return [];
    return finding('doubtful_country', rows, 'rows', {
      what: `each "${config.numbers.decimal}" in the amounts of ${shown(country)} has three digits after it, as one that groups thousands has; amounts of other countries have not`,
      today: 'read as a decimal mark: these amounts may be a thousand times too small',
      remedy: 'export the amounts of all countries in one format',
      examples,
      effect: () => leftOut(cube),
    });
  });
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
