import type { Config } from '../../src/core/config/config.ts';
import type { FileReport } from '../../src/core/cube/file-report.ts';
import { doubtfulMark, mixture, repeatedHeader } from '../../src/core/estimate/readable.ts';
import { remedyFor } from '../../src/core/estimate/remedies.ts';
import { oddFiles, type Read } from '../../src/core/estimate/warnings.ts';
import { FIELDS, type Field } from '../../src/core/fields/fields.ts';
import { NUMBER_FIELDS } from '../../src/core/history/clean.ts';
import { shown } from '../../src/core/shown.ts';
import { type Finding, finding } from './finding.ts';

/** What a build makes of a field that it cannot read. */
const TODAY: Readonly<Record<Field, string>> = {
  timestamp: 'the rows are dropped',
  last_order_ts: 'the rows are dropped',
  first_order_ts: 'the tenure of these customers is not known',
  country_code: 'the rows are dropped',
  total_orders: 'counted as 0 orders; above `guards.largest_share_unreadable` a build ends',
  voucher_amount: 'filled as `imputation` says; above `guards.largest_share_unreadable` a build ends',
};

/** @returns what the fields hold that cannot be read, what would read it, and which files give nothing */
export function valueFindings(read: Read, config: Config): Finding[] {
  return [
    ...FIELDS.flatMap((field) => unreadable(field, read.reports, config)),
    ...NUMBER_FIELDS.flatMap((field) => doubtful(field, read.reports, config)),
    ...files(read, config),
  ];
}

function doubtful(
  field: (typeof NUMBER_FIELDS)[number],
  reports: readonly FileReport[],
  config: Config,
): Finding[] {
  const found = doubtfulMark(field, reports, config);
  if (found === null) return [];
  const { count, example, what, remedy } = found;
  return finding(`doubtful_${field}`, count, 'files', {
    what,
    today: 'read as a decimal mark',
    remedy,
    examples: [example],
  });
}

function unreadable(field: Field, reports: readonly FileReport[], config: Config): Finding[] {
  const count = reports.reduce((sum, { notes }) => sum + (notes.unread[field]?.rows ?? 0), 0);
  const examples = reports.flatMap(({ file, notes }) =>
    (notes.unread[field]?.examples ?? []).map(({ text, line }) => `${shown(text)} at ${file}:${line}`),
  );
  const mixed = mixture(field, reports, config);
  const remedy = `${remedyFor(field, reports, config)}${repeatedHeader(field, reports, config)}`.replace(
    /^[;\s]+/,
    '',
  );
  return finding(`unreadable_${field}`, count, 'rows', {
    what: mixed ?? `${config.columns[field]} holds what cannot be read`,
    today: TODAY[field],
    remedy: remedy === '' ? 'export it as a plain number or time' : remedy,
    examples: examples,
  });
}

/** What a build makes of files that are odd, and what to do about them. */
const FILES: Readonly<
  Record<ReturnType<typeof oddFiles>[number]['disease'], [today: string, remedy: string]>
> = {
  lost_file: [
    'answers come from the other rows alone',
    'npm run build:artifact -- --rejects FILE keeps these rows, to be repaired; or export the file again in a form that is read',
  ],
  repeated_file: ['each copy is counted', 'remove the copies'],
  passed_over_file: [
    'it is passed over',
    'move it out of the folder, or name it with --input if it is a part of the history',
  ],
  empty_file: [
    'answers come from the other files alone',
    'export it again, or remove it if nothing happened in its time',
  ],
  remarkable_file: ['the file is read', 'check that this is what is meant'],
};

function files(read: Read, config: Config): Finding[] {
  return oddFiles(read, config).flatMap(({ disease, files: examples, sentences }) => {
    const [today, remedy] = FILES[disease];
    return finding(disease, examples.length, 'files', {
      what: sentences.join('. '),
      today,
      remedy,
      examples,
    });
  });
}
