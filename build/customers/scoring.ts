import type { ReadingConfig } from '../../src/core/config/reading.ts';
import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { DataError } from '../../src/core/errors.ts';
import { unreadableSentence } from '../../src/core/estimate/readable.ts';
import { wholeReader } from '../../src/core/fields/numbers.ts';
import { timeReader } from '../../src/core/fields/times.ts';
import { positionOf } from '../../src/core/history/columns.ts';
import { notText } from '../../src/core/history/csv-text.ts';
import { orderCheck } from '../../src/core/history/second-header.ts';
import { type Notes, noNotes, noteRemark, noteUnread } from '../../src/core/history/unread.ts';
import { UNREADABLE } from '../../src/core/missing.ts';
import { shown } from '../../src/core/shown.ts';
import type { TextFile } from '../files/text-file.ts';
import type { InputFile } from '../read/file.ts';
import { readCustomers } from './customers.ts';
import { customerDecider } from './decider.ts';
import { defaultsWarning } from './defaults-warning.ts';
import {
  type CustomerColumns,
  type CustomerNumbers,
  type CustomerReading,
  type CustomerSink,
  customerPlace,
} from './record.ts';
import { rejectWriter } from './reject-writer.ts';
import { type ByDefault, type SpendLine, SpendTally } from './tally.ts';
import { addedColumns, csvWriter, ndjsonWriter, type RecordWriter } from './writers.ts';

/** What to score, and where to write it. */
interface Scoring {
  compiled: CompiledArtifact;
  input: InputFile;
  columns: CustomerReading['columns'];
  /** How the file writes numbers and times. */
  reading: ReadingConfig;
  segment: string | undefined;
  /** Seconds. */
  asOf: number;
  prefix: string;
  output: TextFile;
  /** Whether the output is NDJSON; else it is CSV. */
  ndjson: boolean;
  rejects: TextFile | null;
  onProgress(bytes: number, rows: number): void;
}

export interface Scores {
  customers: number;
  /** Customers without a decision, by the reason. */
  rejected: Record<string, number>;
  /** The first of them, for the summary. */
  example: string | null;
  lines: SpendLine[];
  /** Customers whom the default answers, and why. */
  by_default: ByDefault;
  /** Sentences for people: what cannot be read and the setting that would, and whom the default answers. */
  warnings: string[];
}

/** Scores a file of customers in one pass, and in memory that does not grow with it. */
export async function score(scoring: Scoring): Promise<Scores> {
  const { compiled, input, columns, reading, segment, output, rejects, onProgress } = scoring;
  if (segment !== undefined) requireSegment(compiled, segment);
  const results: Results = {
    scored: { customers: 0, rejected: {}, example: null },
    notes: noNotes(),
    tally: new SpendTally(compiled),
  };
  const { scored, notes, tally } = results;
  let reported = 0;
  await readCustomers(input, {
    columns,
    settings: reading,
    onColumns: (found) => sinkOf(scoring, found, results),
    onRemark: (remark) => noteRemark(notes, remark),
    onBytes: (bytes) => onProgress(bytes, 0),
    async onBatch() {
      onProgress(0, scored.customers - reported);
      reported = scored.customers;
      await output.drained();
      await rejects?.drained();
    },
  });
  const spent = { lines: tally.lines(), by_default: tally.byDefault() };
  const byDefault = defaultsWarning(spent, compiled);
  const warnings = [
    ...notes.remarks.map((remark) => `${input.name}: ${remark}`),
    ...unreadIn(notes, scoring, scored.customers),
    ...(byDefault === null ? [] : [byDefault]),
  ];
  return { ...scored, ...spent, warnings };
}

/** What is counted while customers are scored. */
interface Results {
  scored: Pick<Scores, 'customers' | 'rejected' | 'example'>;
  notes: Notes;
  tally: SpendTally;
}

function sinkOf(scoring: Scoring, found: CustomerColumns, { scored, notes, tally }: Results): CustomerSink {
  const { compiled, segment, asOf, reading, output, columns } = scoring;
  const writer = writerOf(scoring, found);
  output.add(writer.header);
  const rejects = scoring.rejects && rejectWriter(scoring.rejects, found);
  const requireSameOrder = orderCheck(columns);
  const decideFor = customerDecider(compiled, segment, asOf, reading);
  const readers = readersOf(reading);
  const reject = (code: string, message: string, place: () => string) => {
    scored.rejected[code] = (scored.rejected[code] ?? 0) + 1;
    scored.example ??= `${place()}: ${message}`;
  };
  return {
    onRecord(record, line) {
      scored.customers++;
      const { country_code } = record.customer;
      const trouble = typeof country_code === 'string' ? notText(country_code) : null;
      if (trouble !== null)
        throw new DataError(`${customerPlace(record, line)}: ${columns.country_code} ${trouble}`);
      const outcome = decideFor(record);
      if (outcome.ok) {
        const ending = tally.add(country_code as string, outcome.decision, writer.ending);
        writer.write(output.bytes, record, ending, line);
        return;
      }
      requireSameOrder(record.customer, line);
      for (const [field, read] of readers) {
        const value = record.customer[field];
        const text = typeof value === 'number' ? String(value) : value;
        if (typeof text === 'string' && read(text) === UNREADABLE) noteUnread(notes, field, text, line);
      }
      reject(outcome.code, outcome.message, () => customerPlace(record, line));
      rejects?.record(line, outcome.code, outcome.message, record);
    },
    onMalformed(text, line, message) {
      scored.customers++;
      reject('malformed_row', message, () => `line ${line}`);
      rejects?.malformed(line, message, text);
    },
  };
}

/** How the fields that may be unreadable are read. */
function readersOf({ numbers, times }: ReadingConfig) {
  const time = timeReader(times.format);
  return [
    ['last_order_ts', time],
    ['first_order_ts', time],
    ['total_orders', wholeReader(numbers)],
  ] as const;
}

/** @returns warnings about fields that cannot be read, in the words of a build */
function unreadIn(notes: Notes, { input, columns, reading }: Scoring, customers: number): string[] {
  const report = { file: input.name, notes };
  return (Object.keys(notes.unread) as (keyof CustomerNumbers)[]).map((field) =>
    unreadableSentence(field, notes.unread[field]?.rows ?? 0, customers, [report], { ...reading, columns }),
  );
}

/** @throws DataError for columns that cannot be worked with */
function writerOf(
  { compiled, segment, prefix, ndjson, columns }: Scoring,
  found: CustomerColumns,
): RecordWriter {
  const own = positionOf(columns.segment_name, found.names) !== -1;
  if (own && segment !== undefined) {
    throw new DataError(
      `expected --segment or a column "${columns.segment_name}", got both: leave out --segment, or rename the column`,
    );
  }
  if (!own && segment === undefined && compiled.table.config.default_segment === undefined) {
    throw new DataError(
      `expected --segment, or a column "${columns.segment_name}" that names the segment of each customer, got neither; default_segment in the config does without both`,
    );
  }
  const hasCurrency = compiled.currencies.some((currency) => currency !== null);
  const added = addedColumns(found.names, { own, hasCurrency }, prefix);
  return ndjson ? ndjsonWriter(found, added) : csvWriter(found, added);
}

function requireSegment({ segments }: CompiledArtifact, name: string): void {
  if (segments.has(name.trim())) return;
  const known = [...segments.keys()].join(', ');
  throw new DataError(`expected --segment to be one of ${known}, got ${shown(name)}`);
}
