import { stat } from 'node:fs/promises';
import type { Source } from '../../src/core/artifact/statistics.ts';
import type { Config } from '../../src/core/config/config.ts';
import { Cube, type CubeLayout, cubeLayout } from '../../src/core/cube/cube.ts';
import { type FileReport, fileReport } from '../../src/core/cube/file-report.ts';
import { RowCounter } from '../../src/core/cube/row-counter.ts';
import { isDamaged, isNoName, isQuoted } from '../../src/core/estimate/warnings.ts';
import {
  type Assignment,
  cleaner,
  type DropReason,
  emptyAssignment,
  type RawRow,
} from '../../src/core/history/clean.ts';
import { parseTime, SECONDS_PER_DAY } from '../../src/core/time.ts';
import { MISSING_AMOUNT } from '../../src/core/values.ts';
import type { InputFile } from '../read/file.ts';
import { readHistory } from '../read/source.ts';
import { Duplicates } from './duplicates.ts';
import { ROW_DISEASES, type RowDisease } from './row-diseases.ts';
import { timeForm } from './time-forms.ts';

const MOST_EXAMPLES = 3;

/** The rows that have one disease: how many, where the first of them are, and the cube of those that count. */
class Suspects {
  rows = 0;
  readonly examples: string[] = [];
  readonly cube: Cube;

  constructor(layout: CubeLayout) {
    this.cube = new Cube(layout);
  }

  /** @param assignment null for a row that is dropped anyway */
  add(assignment: Assignment | null, file: string, line: number): void {
    this.rows++;
    if (this.examples.length < MOST_EXAMPLES) this.examples.push(`${file}:${line}`);
    if (assignment !== null) this.cube.add(assignment);
  }
}

/** All that one reading of a history tells. */
export interface Examination {
  cube: Cube;
  rows: Record<RowDisease, Suspects>;
  /** Rows that are dropped for another reason. */
  dropped: Partial<Record<DropReason, Suspects>>;
  /** Kept rows by the form of their timestamp. */
  forms: Map<number, Suspects>;
  duplicates: Duplicates;
  /** What each file gave, and holds that cannot be read. */
  reports: FileReport[];
  sources: Pick<Source, 'name' | 'sha256' | 'rows'>[];
}

/** No history of vouchers is older than this; what says so has lost its time. 2000-01-01. */
const ANCIENT = 946_684_800;

/**
 * Reads all files once, in memory that does not grow with them.
 *
 * @param now seconds; a row later than its file, or than this for a pipe, is from the future
 */
export async function examine(
  inputs: readonly InputFile[],
  config: Config,
  now: number,
  onProgress: (bytes: number, rows: number) => void,
): Promise<Examination> {
  const layout = cubeLayout(config);
  const rows = Object.keys(ROW_DISEASES).map((disease) => [disease, new Suspects(layout)]);
  const examination: Examination = {
    cube: new Cube(layout),
    rows: Object.fromEntries(rows),
    dropped: {},
    forms: new Map(),
    duplicates: new Duplicates(),
    reports: [],
    sources: [],
  };
  for (const file of inputs) await examineFile(file, config, examination, now, onProgress);
  return examination;
}

async function examineFile(
  file: InputFile,
  config: Config,
  examination: Examination,
  now: number,
  onProgress: (bytes: number, rows: number) => void,
): Promise<void> {
  const { rows } = examination;
  const counter = new RowCounter(config, new Cube(examination.cube.layout), null);
  const { cube, notes, assignment } = counter;
  const latest = ((await writtenAt(file)) ?? now) + SECONDS_PER_DAY;
  const clean = cleaner(config);
  let reported = 0;
  const sha256 = await readHistory(file, notes, {
    columns: config.columns,
    settings: config,
    onRow(row, line) {
      const reason = counter.onRow(row, line);
      const kept = reason === null ? assignment : null;
      if (isNoName(assignment.country)) rows.nameless_country.add(kept, file.name, line);
      if (examination.duplicates.add(row)) rows.duplicate_row.add(kept, file.name, line);
      if (reason === null) examineRow(row, assignment, line);
      else drop(row, reason, line);
    },
    onMalformed(malformed, line) {
      counter.onMalformed(malformed, line);
      suspects('malformed_row').add(null, file.name, line);
    },
    onRemark: counter.onRemark,
    onBytes: (bytes) => onProgress(bytes, 0),
    async onBatch() {
      onProgress(0, counter.rows - reported);
      reported = counter.rows;
    },
  });

  examination.cube.merge(cube);
  const report = fileReport(file.name, cube, notes);
  examination.reports.push(report);
  if (sha256 !== null) examination.sources.push({ name: file.name, sha256, rows: report.rows });

  function examineRow(row: RawRow, kept: Assignment, line: number): void {
    const note = (disease: RowDisease) => rows[disease].add(kept, file.name, line);
    const { unreadable } = kept;
    if (isQuoted(kept.country)) note('quoted_country');
    if (isDamaged(kept.country)) note('damaged_country');
    if (kept.totalOrdersFilled && !unreadable.includes('total_orders')) note('empty_orders');
    if (kept.amount === MISSING_AMOUNT && !unreadable.includes('voucher_amount')) note('empty_amount');
    if (kept.asOf > latest) note('future_timestamp');
    const lastOrder = secondsOf(row.last_order_ts);
    if (kept.asOf < ANCIENT || lastOrder < ANCIENT) note('ancient_timestamp');
    if (secondsOf(row.first_order_ts) > lastOrder) note('first_order_after_last');
    const form = timeForm(row.timestamp.trim());
    let own = examination.forms.get(form);
    if (own === undefined) {
      own = new Suspects(cube.layout);
      examination.forms.set(form, own);
    }
    own.add(kept, file.name, line);
  }

  /** A row whose order is later than its event is counted as if the order had been on that day: what if it were kept. */
  function drop(row: RawRow, reason: DropReason, line: number): void {
    if (reason !== 'negative_days_between_orders') {
      suspects(reason).add(null, file.name, line);
      return;
    }
    const believed = emptyAssignment();
    const asIf = clean({ ...row, last_order_ts: row.timestamp }, believed) === null;
    rows.event_before_order.add(asIf ? believed : null, file.name, line);
  }

  function suspects(reason: DropReason): Suspects {
    const found = examination.dropped[reason] ?? new Suspects(cube.layout);
    examination.dropped[reason] = found;
    return found;
  }
}

/** @returns seconds, which are neither before nor after others where the text is no time */
function secondsOf(text: string): number {
  return parseTime(text.trim()) ?? Number.NaN;
}

/** When a file was written last, in seconds; null for what is no file. */
async function writtenAt({ path }: InputFile): Promise<number | null> {
  const status = await stat(path).catch(() => null);
  return status?.isFile() ? Math.floor(status.mtimeMs / 1000) : null;
}
