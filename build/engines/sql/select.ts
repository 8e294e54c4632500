import type { Config } from '../../../src/core/config/config.ts';
import { cubeLayout } from '../../../src/core/cube/cube.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { Dialect } from './dialect.ts';
import { requireShortName } from './dialects.ts';
import { fingerprintOf } from './fingerprint.ts';
import { keyColumns, TOTAL } from './result-columns.ts';
import { type Step, type StepParts, stepsOf } from './steps.ts';
import type { Columns } from './times.ts';

export interface Selection extends StepParts {
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
  if (config.times.format !== 'iso') {
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
  const body = dialect.nested
    ? nestedSelect(steps, selection, keys, constants)
    : chainedSelect(steps, selection, keys, constants);
  return `${title.join('\n')}\n${body}`;
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

/** What the groups count, by the names of the result. */
const COUNTS = {
  row_count: { rows: 'COUNT(*)', groups: 'SUM' },
  total_orders_filled: { rows: 'SUM(orders_filled)', groups: 'SUM' },
  total_orders_unreadable: { rows: 'SUM(orders_unreadable)', groups: 'SUM' },
  first_order_ts_unreadable: { rows: 'SUM(first_order_unreadable)', groups: 'SUM' },
  first_timestamp: { rows: 'MIN(kept_seconds)', groups: 'MIN' },
  last_timestamp: { rows: 'MAX(kept_seconds)', groups: 'MAX' },
};

function chainedSelect(
  steps: readonly Step[],
  { from, dialect }: Selection,
  keys: readonly string[],
  constants: readonly string[],
): string {
  const end = dialect.stepEnd ? `\n  ${dialect.stepEnd}` : '';
  const chain = steps.map(({ name, comment, columns }, index) => {
    const source = index === 0 ? from : steps[index - 1]?.name;
    return `-- ${comment}\n${name} AS (\n  SELECT\n${listOf(columns, '    ')}\n  FROM ${source}${end}\n)`;
  });
  const shown = keys.map((key) => (key === 'outcome' ? `COALESCE(outcome, '${TOTAL}') AS outcome` : key));
  const counts = Object.entries(COUNTS).map(([name, { rows }]) => `${rows} AS ${name}`);
  return [
    `WITH\n${chain.join(',\n')}`,
    `-- A row for each group, and the row '${TOTAL}', which shows whether the result is complete.`,
    `SELECT\n  ${[...shown, ...counts, ...constants].join(',\n  ')}`,
    `FROM ${steps.at(-1)?.name}`,
    `GROUP BY GROUPING SETS ((${keys.join(', ')}), ())\n`,
  ].join('\n');
}

/** For a database without WITH and GROUPING SETS: each group is counted a second time in the row of all. */
function nestedSelect(
  steps: readonly Step[],
  { from, dialect, cluster }: Selection,
  keys: readonly string[],
  constants: readonly string[],
): string {
  const counts = Object.keys(COUNTS);
  const grouped = groupedSelect(steps, from, keys);
  const inOne = cluster === undefined ? grouped : clusterSelect(grouped, keys, dialect.literal(cluster));
  const total = keys.map((key) => {
    const whole = key === 'outcome' ? `'${TOTAL}'` : key === 'period' ? '0' : "''";
    return `CASE WHEN is_total = 1 THEN ${whole} ELSE ${key} END AS key_${key}`;
  });
  const summed = Object.entries(COUNTS).map(([name, { groups }]) => `${groups}(group_${name}) AS ${name}`);
  return [
    `SELECT\n  ${[...keys.map((key) => `key_${key} AS ${key}`), ...summed, ...constants].join(',\n  ')}`,
    `FROM (\n-- A row for each group, and the row '${TOTAL}', which shows whether the result is complete.`,
    `SELECT\n  ${[...total, ...counts.map((name) => `group_${name}`)].join(',\n  ')}`,
    `FROM (\nSELECT ${[...keys, ...counts.map((name) => `group_${name}`), 'arrayJoin([0, 1]) AS is_total'].join(', ')}`,
    `FROM (\n${inOne}\n)\n)\n)`,
    `GROUP BY ${keys.map((key) => `key_${key}`).join(', ')}\n`,
  ].join('\n');
}

/**
 * The right side of a JOIN is worked out by each server that the left side is read from. A sub-query over a Distributed
 * table would send all rows to the server that is asked.
 */
function clusterSelect(grouped: string, keys: readonly string[], cluster: string): string {
  const counts = Object.entries(COUNTS).map(
    ([name, { groups }]) => `${groups}(shard_${name}) AS group_${name}`,
  );
  const renamed = Object.keys(COUNTS).map((name) => `group_${name} AS shard_${name}`);
  return [
    `SELECT\n  ${[...keys, ...counts].join(',\n  ')}`,
    `FROM cluster(${cluster}, system, one) ALL INNER JOIN (`,
    `SELECT toUInt8(0) AS dummy, ${[...keys, ...renamed].join(', ')}`,
    `FROM (\n${grouped}\n)\n) USING dummy`,
    `GROUP BY ${keys.join(', ')}`,
  ].join('\n');
}

function groupedSelect(steps: readonly Step[], from: string, keys: readonly string[]): string {
  const source = steps.reduce(
    (source, { comment, columns }) => `(\n-- ${comment}\nSELECT\n${listOf(columns, '  ')}\nFROM ${source}\n)`,
    from,
  );
  const counts = Object.entries(COUNTS).map(([name, { rows }]) => `${rows} AS group_${name}`);
  return `SELECT\n  ${[...keys, ...counts].join(',\n  ')}\nFROM ${source}\nGROUP BY ${keys.join(', ')}`;
}

function listOf(columns: Columns, indent: string): string {
  return Object.entries(columns)
    .map(([name, sql]) => `${indent}${sql === name ? name : `${sql} AS ${name}`}`)
    .join(',\n');
}
