import type { Config } from '../../../src/core/config/config.ts';
import { cubeLayout } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Dialect } from './dialect.ts';
import { requireShortName } from './dialects.ts';
import { COUNTS, keyColumns, TOTAL } from './result-columns.ts';
import { type Step, type StepParts, stepsOf } from './steps.ts';
import type { Columns } from './times.ts';

interface Selection extends StepParts {
  /** What follows FROM, as SQL. */
  from: string;
  /** A cluster of ClickHouse, each server of which groups its own rows of the table. */
  cluster?: string;
}

/** The SELECT does not know the types of the columns. */
const DECIMAL_NOTE =
  'Numbers are read with a decimal comma, as the config says. Columns of a number type have a point: replace it in a view.';

/**
 * @returns a SELECT that cleans and bands a table and counts its rows: the cube of a history. See README.md for the
 *   columns of its result, which result.ts reads. The rules are those of core's clean.ts, with two exceptions, which are
 *   left to core: countries and amounts are grouped as they are written
 * @throws DataError for a config that the dialect cannot express
 */
export function cubeSelect(selection: Selection): string {
  const { config, dialect } = selection;
  if (selection.values === undefined && config.times.format !== 'iso') {
    throw new DataError(
      `SQL reads times such as 2018-07-21 18:59:21 alone, and \`times.format\` of the config is ${config.times.format}: ` +
        'turn the columns into times in a view, and build with a config that has "iso"',
    );
  }
  const layout = cubeLayout(config);
  const steps = stepsOf(selection, layout);
  const keys = keyColumns(layout);
  for (const key of keys) requireShortName(key, dialect);
  if (dialect.nested) requireOtherNames(config, Object.keys(steps[0]?.columns ?? {}), dialect);
  const title = [
    `-- The cube of a history, for ${dialect.title}: how many rows there are of each country, period, bands and amount.`,
    '-- Run it, save the result as CSV (with a header) or Parquet, and pass it to: npm run build:artifact -- --cube FILE',
    ...(dialect.note ? [`-- ${dialect.note}`] : []),
    ...(config.numbers.decimal === '.' ? [] : [`-- ${DECIMAL_NOTE}`]),
  ];
  const constants = [
    `${dialect.literal(fingerprintOf(config))} AS config`,
    `${dialect.literal(dialect.name)} AS dialect`,
  ];
  const body = dialect.nested ? nestedSelect : chainedSelect;
  return `${title.join('\n')}\n${body(steps, selection, { keys, constants })}`;
}

/**
 * In ClickHouse a name that a SELECT gives goes before a column of the table, and a column that is named as a text or
 * a number is written is taken for it.
 */
function requireOtherNames({ columns }: Config, own: readonly string[], { title }: Dialect): void {
  const isValue = (column: string) => /^'.*'$|^\d+$/.test(column);
  const taken = Object.values(columns).find((column) => own.includes(column) || isValue(column));
  if (taken === undefined) return;
  throw new DataError(
    `the SELECT for ${title} uses the name ${taken} itself: read the column under another name, from a view`,
  );
}

/** What the last SELECT has beside the counts: the columns that it groups by, and those that are the same in all rows. */
interface Ending {
  keys: readonly string[];
  constants: readonly string[];
}

function chainedSelect(
  steps: readonly Step[],
  { from, dialect }: Selection,
  { keys, constants }: Ending,
): string {
  const end = dialect.stepEnd ? `\n${dialect.stepEnd}` : '';
  const chain = steps.map(({ name, comment, columns }, index) => {
    const source = steps[index - 1]?.name ?? from;
    return `-- ${comment}\n${name} AS (\n${select(listOf(columns), source)}${end}\n)`;
  });
  const shown = keys.map((key) => (key === 'outcome' ? `COALESCE(outcome, '${TOTAL}') AS outcome` : key));
  const counts = COUNTED.map(([name, { rows }]) => `${rows} AS ${name}`);
  const last = steps.at(-1)?.name ?? '';
  return [
    `WITH\n${chain.join(',\n')}`,
    TOTAL_COMMENT,
    select([...shown, ...counts, ...constants], last),
    `GROUP BY GROUPING SETS ((${keys.join(', ')}), ())\n`,
  ].join('\n');
}

/** For a database without WITH and GROUPING SETS: each group is counted a second time in the row of all. */
function nestedSelect(
  steps: readonly Step[],
  { from, dialect, cluster }: Selection,
  { keys, constants }: Ending,
): string {
  const rows = steps.reduce(
    (source, { comment, columns }) => `(\n-- ${comment}\n${select(listOf(columns), source)}\n)`,
    from,
  );
  const counts = COUNTED.map(([name, { rows }]) => `${rows} AS group_${name}`);
  const grouped = `${select([...keys, ...counts], rows)}\nGROUP BY ${keys.join(', ')}`;
  const inOne = cluster === undefined ? grouped : clusterSelect(grouped, keys, dialect.literal(cluster));
  const total = keys.map((key) => {
    const whole = key === 'outcome' ? `'${TOTAL}'` : key === 'period' ? '0' : "''";
    return `CASE WHEN is_total = 1 THEN ${whole} ELSE ${key} END AS key_${key}`;
  });
  const twice = ['arrayJoin([0, 1]) AS is_total', ...total, ...COUNTED.map(([name]) => `group_${name}`)];
  return [
    select(
      [...keys.map((key) => `key_${key} AS ${key}`), ...summed('group_', ''), ...constants],
      `(\n${TOTAL_COMMENT}\n${select(twice, `(\n${inOne}\n)`)}\n)`,
    ),
    `GROUP BY ${keys.map((key) => `key_${key}`).join(', ')}\n`,
  ].join('\n');
}

/**
 * The right side of a JOIN is worked out by each server that the left side is read from. A sub-query over a Distributed
 * table would send all rows to the server that is asked.
 */
function clusterSelect(grouped: string, keys: readonly string[], cluster: string): string {
  const renamed = COUNTED.map(([name]) => `group_${name} AS shard_${name}`);
  const shard = select(['toUInt8(0) AS dummy', ...keys, ...renamed], `(\n${grouped}\n)`);
  const all = `cluster(${cluster}, system, one) ALL INNER JOIN (\n${shard}\n) USING dummy`;
  return `${select([...keys, ...summed('shard_', 'group_')], all)}\nGROUP BY ${keys.join(', ')}`;
}

const COUNTED = Object.entries(COUNTS);
const TOTAL_COMMENT = `-- A row for each group, and the row '${TOTAL}', which shows whether the result is complete.`;

/** The counts of several groups in one. @param before of their names, and `after` of that of the one */
function summed(before: string, after: string): string[] {
  return COUNTED.map(([name, { groups }]) => `${groups}(${before}${name}) AS ${after}${name}`);
}

function select(columns: readonly string[], from: string): string {
  return `SELECT\n  ${columns.join(',\n  ')}\nFROM ${from}`;
}

function listOf(columns: Columns): string[] {
  return Object.entries(columns).map(([name, sql]) => (sql === name ? name : `${sql} AS ${name}`));
}
