import type { Config, Field } from '../../src/core/config/config.ts';
import { FIELDS } from '../../src/core/config/config.ts';
import { fileWarnings, malformedSentence, mixture, remedyFor } from '../../src/core/estimate/readable.ts';
import type { FileReport } from '../../src/core/history/unread.ts';
import type { Finding } from './finding.ts';

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
export function valueFindings(reports: readonly FileReport[], config: Config): Finding[] {
  return [...FIELDS.flatMap((field) => unreadable(field, reports, config)), ...files(reports, config)];
}

function unreadable(field: Field, reports: readonly FileReport[], config: Config): Finding[] {
  const count = reports.reduce((sum, { notes }) => sum + (notes.unread[field]?.rows ?? 0), 0);
  if (count === 0) return [];
  const examples = reports.flatMap(({ file, notes }) =>
    (notes.unread[field]?.examples ?? []).map(
      ({ text, line }) => `${JSON.stringify(text)} at ${file}:${line}`,
    ),
  );
  const mixed = mixture(field, reports, config);
  const remedy = remedyFor(field, reports, config).replace(/^[;\s]+/, '');
  return [
    {
      disease: `unreadable_${field}`,
      count,
      of: 'rows',
      estimated: false,
      what: mixed ?? `${config.columns[field]} holds what cannot be read`,
      today: TODAY[field],
      remedy: remedy === '' ? 'export it as a plain number or time' : remedy,
      examples: examples.slice(0, 5),
      effect: null,
    },
  ];
}

/** Files that give no row, or an unusual share of theirs. */
function files(reports: readonly FileReport[], config: Config): Finding[] {
  const sentences = fileWarnings(reports, config);
  if (sentences.length === 0) return [];
  const malformed = reports.filter(({ notes }) => notes.malformed !== null).map(malformedSentence);
  return [
    {
      disease: 'lost_file',
      count: reports.filter(({ kept }) => kept === 0).reduce((sum, { rows }) => sum + rows, 0),
      of: 'rows',
      estimated: false,
      what: sentences.join('. '),
      today: 'answers come from the other files alone',
      remedy: 'export the file again in the form of the others',
      examples: malformed.slice(0, 5),
      effect: null,
    },
  ];
}
