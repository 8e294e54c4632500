import { dataAge } from '../../src/core/artifact/data-age.ts';
import type { Config } from '../../src/core/config/config.ts';
import { type Cube, qualityOf } from '../../src/core/cube/cube.ts';
import { partOf, periodsOf } from '../../src/core/cube/cube-parts.ts';
import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { defaultShares } from '../../src/core/decide/default-share.ts';
import { defaultAnswers, defaultRemedy, shareWords } from '../../src/core/decide/default-words.ts';
import { alikeCountries, alikeNames } from '../../src/core/estimate/alike-countries.ts';
import { foldCountries } from '../../src/core/estimate/estimate.ts';
import { tallyOf } from '../../src/core/estimate/statistics.ts';
import { periodIndex, periodName } from '../../src/core/period.ts';
import { NO_BAND } from '../../src/core/segments/segments.ts';
import { foldCountry } from '../../src/core/values.ts';
import { type Finding, finding, MOST_EXAMPLES } from './finding.ts';
import { type Cell, leavingOut } from './movement.ts';

/** An amount of fewer of a country's rows than this is off its ladder. */
const RARE = 0.01;

/**
 * @param now milliseconds since the epoch
 * @returns what is wrong with the table that a history makes
 */
export function tableFindings(
  cube: Cube,
  config: Config,
  cells: ReadonlyMap<string, Cell>,
  now: number,
): Finding[] {
  const effect = leavingOut(cube, config, cells);
  return [
    ...rareAmounts(cube, effect),
    ...spellings(cube, effect),
    ...alikeNamed(cube, effect),
    ...emptyCells(cells),
    ...thinCells(cells, config.guards.smallest_cell),
    ...outsideBands(cube),
    ...missingPeriods(cube),
    ...staleHistory(cube, config, now),
  ];
}

type Effect = (rows: Cube) => Finding['effect'];

function rareAmounts(cube: Cube, effect: Effect): Finding[] {
  const off = new Map<string, ReadonlySet<number>>();
  const examples: string[] = [];
  for (const [fold, { shown, spellings }] of foldCountries(cube)) {
    const { observedAscending, rowsObserved } = tallyOf(
      spellings.flatMap(({ groups }) => [...groups.values()]),
    );
    const few = observedAscending.filter(({ rows }) => rows < rowsObserved * RARE);
    for (const { amount, rows } of few) examples.push(`${shown} ${amount}: ${rows}`);
    off.set(fold, new Set(few.map(({ amount }) => amount)));
  }
  const rare = partOf(cube, (spelling, _, amount) => off.get(foldCountry(spelling))?.has(amount) ?? false);
  return finding('rare_amount', rowsOf(rare), 'rows', {
    what: "voucher_amount is one that fewer than 1% of its country's vouchers have: a test, a slip, or another currency",
    today: 'counted like any other amount; it pulls the mean of its cell',
    remedy: 'correct it or leave it out, or serve `median` or `mode` (`amount.statistic` in the config)',
    examples,
    effect: () => effect(rare),
  });
}

function spellings(cube: Cube, effect: Effect): Finding[] {
  const shown = new Map([...foldCountries(cube)].map(([fold, country]) => [fold, country.shown]));
  const other = partOf(cube, (spelling) => shown.get(foldCountry(spelling)) !== spelling);
  const examples = [...other.countries.keys()].map(
    (name) => `${JSON.stringify(name)} for ${shown.get(foldCountry(name))}`,
  );
  return finding('country_spelling', rowsOf(other), 'rows', {
    what: 'country_code is spelled in another way than most often',
    today: 'joined without regard to case; a country under two names stays two',
    remedy: 'export one name for each country',
    examples,
    effect: () => effect(other),
  });
}

function alikeNamed(cube: Cube, effect: Effect): Finding[] {
  const alike = alikeCountries(cube);
  // The one with the most rows is perhaps the one that is meant.
  const kept = new Map(
    [...foldCountries(cube).values()].map(({ shown, spellings }) => [shown, qualityOf(spellings).rows_kept]),
  );
  const fewer = alike.flatMap((names) =>
    names.toSorted((a, b) => (kept.get(b) ?? 0) - (kept.get(a) ?? 0)).slice(1),
  );
  const folds = new Set(fewer.map(foldCountry));
  const other = partOf(cube, (spelling) => folds.has(foldCountry(spelling)));
  return finding('alike_countries', rowsOf(other), 'rows', {
    what: 'country_code looks like another one, but for accents or letters of another script',
    today: 'counted as a country of its own',
    remedy: 'export one name for each country',
    examples: alike.map(alikeNames),
    effect: () => effect(other),
  });
}

function emptyCells(cells: ReadonlyMap<string, Cell>): Finding[] {
  const empty = [...cells.values()].filter(({ rows }) => rows === 0);
  return finding('empty_cell', empty.length, 'cells', {
    what: 'no row of the country falls in the band',
    today: 'customers in it are given what `fallback` says, or the default',
    remedy: 'gather more history, use wider bands, set `fallback` to country, or use a combined segment',
    examples: empty.map(nameOf),
  });
}

function thinCells(cells: ReadonlyMap<string, Cell>, thin: number): Finding[] {
  const few = [...cells.values()].filter(({ rows }) => rows > 0 && rows < thin);
  return finding('thin_cell', few.length, 'cells', {
    what: `fewer than ${thin} rows of the country fall in the band`,
    today: 'served all the same: a few vouchers more or less change the answer',
    remedy: 'gather more history, use wider bands, or a combined segment with `min_support`',
    examples: few.sort((a, b) => a.rows - b.rows).map((cell) => `${nameOf(cell)}: ${cell.rows}`),
  });
}

function outsideBands(cube: Cube): Finding[] {
  return cube.layout.segments.flatMap(({ name }, segment) => {
    const outside = partOf(cube, (_, group) => cube.bandsOf(group)[segment] === NO_BAND);
    return finding('outside_bands', rowsOf(outside), 'rows', {
      what: `the row falls in no band of ${name}: its value is in a gap between bands, or is not known`,
      today: `counted for its country and the other segments; ${name} does not see it`,
      remedy: 'add a band for the gap, if such customers are asked for',
      examples: [name],
    });
  });
}

function missingPeriods(cube: Cube): Finding[] {
  const { period } = cube.layout;
  if (cube.firstTimestamp === null || cube.lastTimestamp === null) return [];
  const seen = new Set(periodsOf(cube));
  const first = periodIndex(period, cube.firstTimestamp);
  const last = periodIndex(period, cube.lastTimestamp);
  const count = last - first + 1 - seen.size;
  if (count <= 0) return [];
  const examples: string[] = [];
  for (let index = first; index <= last && examples.length < MOST_EXAMPLES; index++) {
    if (!seen.has(index)) examples.push(periodName(period, index));
  }
  return finding('missing_period', count, 'periods', {
    what: `no kept row is of these periods (${period}), although the history goes on after them`,
    today: 'answers come from the other periods alone',
    remedy: 'look for a file that is missing, or a row whose time is far off',
    examples,
  });
}

function staleHistory(cube: Cube, config: Config, now: number): Finding[] {
  if (cube.lastTimestamp === null) return [];
  const last_timestamp = new Date(cube.lastTimestamp * 1000).toISOString();
  const { stale, age_days, largest_age_days } = dataAge({ last_timestamp }, now, config);
  if (!stale) return [];
  return finding('stale_history', rowsOf(cube), 'rows', {
    what: `every row is older than ${largest_age_days} days: the newest one is ${age_days} days old`,
    today: 'served all the same; build, publish, /ready and the console warn',
    remedy: 'add newer rows, or allow more days (`largest_data_age_days` in the config)',
    examples: [last_timestamp.slice(0, 10)],
  });
}

/** @returns which rows the default would answer, if a build were made of the history as it is */
export function defaultFindings(compiled: CompiledArtifact): Finding[] {
  const shares = defaultShares(compiled).filter(({ by_default }) => by_default > 0);
  const count = Math.max(0, ...shares.map(({ by_default }) => by_default));
  return finding('answered_by_default', count, 'rows', {
    what: 'a request like the row would get the default, which is no amount of the history',
    today: defaultAnswers(compiled.table.config, shares),
    remedy: defaultRemedy(compiled.table.config, shares),
    examples: shares.map(shareWords),
  });
}

function rowsOf({ countries }: Cube): number {
  return qualityOf(countries.values()).rows_kept;
}

function nameOf({ country, segment, band }: Cell): string {
  return `${country} ${segment} ${band}`;
}
