import type { Config } from '../../src/core/config/config.ts';
import type { FileReport } from '../../src/core/cube/file-report.ts';
import { doubtfulMark, mixture, repeatedHeader } from '../../src/core/estimate/readable.ts';
import { remedyFor } from '../../src/core/estimate/remedies.ts';
import {
  emptyFiles,
  lostSentences,
  passedOverFiles,
  type Read,
  repeatedFiles,
  unusualFiles,
} from '../../src/core/estimate/warnings.ts';
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

/** Files that give no row, or an unusual share of theirs, that have none, that hold those of another one, and that are passed over. */
function files(read: Read, config: Config): Finding[] {
  const { reports } = read;
  const lost = unusualFiles(reports);
  const passedOver = passedOverFiles(reports);
  const empty = emptyFiles(read);
  const remarkable = reports.filter(({ notes }) => notes.remarks.length > 0);
  const repeated = repeatedFiles(read);
  const copies = repeated.flatMap(({ names }) => names.slice(1));
  return [
    ...finding('lost_file', lost.length, 'files', {
      what: lostSentences(reports, config).join('. '),
      today: 'answers come from the other rows alone',
      remedy:
        reports.length > 1
          ? 'export the file again in the form of the others'
          : 'npm run build:artifact -- --rejects FILE keeps these rows, to be repaired',
      examples: lost.map(({ file, notes }) => (notes.malformed ? `${file}:${notes.malformed.line}` : file)),
    }),
    ...finding('repeated_file', copies.length, 'files', {
      what: repeated.map(({ sentence }) => sentence).join('. '),
      today: 'each copy is counted',
      remedy: 'remove the copies',
      examples: copies,
    }),
    ...finding('passed_over_file', passedOver.length, 'files', {
      what: 'a text file has none of the columns',
      today: 'it is passed over',
      remedy: 'move it out of the folder, or name it with --input if it is a part of the history',
      examples: passedOver,
    }),
    ...finding('empty_file', empty.length, 'files', {
      what: 'a file has no rows',
      today: 'answers come from the other files alone',
      remedy: 'export it again, or remove it if nothing happened in its time',
      examples: empty,
    }),
    ...finding('remarkable_file', remarkable.length, 'files', {
      what: [...new Set(remarkable.flatMap(({ notes }) => notes.remarks))].join('. '),
      today: 'the file is read',
      remedy: 'check that this is what is meant',
      examples: remarkable.map(({ file }) => file),
    }),
  ];
}
