import type { ReadingConfig } from '../../src/core/config/reading.ts';
import { countriesOf } from '../../src/core/decide/all-answers.ts';
import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { DataError } from '../../src/core/errors.ts';
import { positionOf } from '../../src/core/history/columns.ts';
import type { TextFile } from '../files/text-file.ts';
import type { InputFile } from '../read/file.ts';
import { addedColumns } from './added-columns.ts';
import { readCustomers } from './customers.ts';
import { customerDecider } from './decider.ts';
import type { CustomerColumns, CustomerReading } from './record.ts';
import { RejectWriter } from './reject-writer.ts';
import { type SpendLine, SpendTally } from './tally.ts';
import { csvWriter, ndjsonWriter, type RecordWriter } from './writers.ts';

/** What is to be scored, and where it goes. */
export interface Scoring {
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
}

/** Scores a file of customers in one pass, and in memory that does not grow with it. */
export async function score(scoring: Scoring): Promise<Scores> {
  const { compiled, input, columns, reading, segment, asOf, output, rejects, onProgress } = scoring;
  if (segment !== undefined) requireSegment(compiled, segment);
  const decideFor = customerDecider(compiled, segment, asOf, reading);
  const rejected: Record<string, number> = {};
  let example: string | null = null;
  let tally: SpendTally | null = null;
  let writer: RecordWriter | null = null;
  let rejectWriter: RejectWriter | null = null;
  let customers = 0;
  let reported = 0;
  let bytes = 0;

  function reject(line: number, code: string, message: string): void {
    rejected[code] = (rejected[code] ?? 0) + 1;
    example ??= `line ${line}: ${message}`;
  }

  function progress(): void {
    onProgress(bytes, customers - reported);
    reported = customers;
    bytes = 0;
  }

  await readCustomers(input, {
    columns,
    onColumns(found) {
      writer = begin(scoring, found);
      tally = new SpendTally(countriesOf(compiled), writer.ending);
      rejectWriter = rejects === null ? null : new RejectWriter(rejects, found);
    },
    onRecord(record, line) {
      customers++;
      const scored = decideFor(record.customer);
      if (scored.ok && writer !== null && tally !== null) {
        const ending = tally.add(record.customer.country_code as string, scored.decision);
        output.add(writer.record(record) + ending);
      } else if (!scored.ok) {
        reject(line, scored.code, scored.message);
        rejectWriter?.record(line, scored.code, scored.message, record);
      }
    },
    onMalformed(text, line, message) {
      customers++;
      reject(line, 'malformed_row', message);
      rejectWriter?.malformed(line, message, text);
    },
    onBytes(read) {
      bytes += read;
    },
    async onBatch() {
      progress();
      await output.drained();
      await rejects?.drained();
    },
  });
  progress();
  const finished = tally as SpendTally | null;
  return { customers, rejected, example, lines: finished?.lines() ?? [] };
}

function begin(
  { compiled, segment, prefix, ndjson, output, columns }: Scoring,
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
  const writer = ndjson ? ndjsonWriter(found, added) : csvWriter(found, added);
  output.add(writer.header);
  return writer;
}

function requireSegment({ segments }: CompiledArtifact, name: string): void {
  if (segments.has(name.trim())) return;
  const known = [...segments.keys()].join(', ');
  throw new DataError(`expected --segment to be one of ${known}, got ${JSON.stringify(name)}`);
}
