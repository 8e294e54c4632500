import { stat } from 'node:fs/promises';
import type { Source } from '../../src/core/artifact/statistics.ts';
import type { Config } from '../../src/core/config/config.ts';
import { Cube, type CubeLayout, cubeLayout } from '../../src/core/cube/cube.ts';
import { type FileReport, fileReport } from '../../src/core/cube/file-report.ts';
import { RowCounter } from '../../src/core/cube/row-counter.ts';
import { ODD_COUNTRIES } from '../../src/core/estimate/warnings.ts';
import {
  type Assignment,
  clean,
  type DropReason,
  emptyAssignment,
  type RawRow,
  type ReadRow,
} from '../../src/core/history/clean.ts';
import { SECONDS_PER_DAY } from '../../src/core/time.ts';
import { foldCountry, MISSING_AMOUNT } from '../../src/core/values.ts';
import type { InputFile } from '../read/file.ts';
import { readHistory } from '../read/source.ts';
import { Duplicates } from './duplicates.ts';
import type { RowDisease } from './row-diseases.ts';
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
  diseased: Map<RowDisease, Suspects>;
  /** Kept rows by the form of their timestamp. */
  forms: Map<string, Suspects>;
  /** Kept rows whose amount has a decimal mark with three digits after it, by the folded name of the country. */
  grouped: Map<string, Suspects>;
  /** Countries that have amounts with another number of digits after it. */
  ungrouped: Set<string>;
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
  const examination: Examination = {
    cube: new Cube(cubeLayout(config)),
    diseased: new Map(),
    forms: new Map(),
    grouped: new Map(),
    ungrouped: new Set(),
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
  const counter = new RowCounter(config, new Cube(examination.cube.layout), null);
  const { cube, notes, assignment } = counter;
  const latest = ((await writtenAt(file)) ?? now) + SECONDS_PER_DAY;
  let reported = 0;
  const sha256 = await readHistory(file, notes, {
    ...counter,
    onRow(row, line, text, typed) {
      const reason = counter.onRow(row, line, text, typed);
      const kept = reason === null ? assignment : null;
      for (const { disease, isOne } of ODD_COUNTRIES)
        if (isOne(assignment.country)) note(disease, kept, line);
      const raw = text();
      if (examination.duplicates.add(raw)) note('duplicate_row', kept, line);
      if (kept !== null && !typed) examineMark(raw.voucher_amount, kept, line);
      if (kept !== null) examineRow(row, raw, kept, line);
      else if (reason === 'negative_days_between_orders') note('event_before_order', believed(row), line);
      else note(reason as DropReason, null, line);
    },
    onMalformed(malformed, line) {
      counter.onMalformed(malformed, line);
      note('malformed_row', null, line);
    },
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

  function examineRow(row: ReadRow, raw: RawRow, kept: Assignment, line: number): void {
    const { unreadable } = kept;
    if (kept.totalOrdersFilled && !unreadable.includes('total_orders')) note('empty_orders', kept, line);
    if (kept.amount === MISSING_AMOUNT && !unreadable.includes('voucher_amount'))
      note('empty_amount', kept, line);
    if (kept.asOf > latest) note('future_timestamp', kept, line);
    if (row.last_order_ts < ANCIENT) note('ancient_timestamp', kept, line);
    if (Number.isFinite(row.first_order_ts) && row.first_order_ts > row.last_order_ts)
      note('first_order_after_last', kept, line);
    suspectsOf(examination.forms, timeForm(raw.timestamp.trim())).add(kept, file.name, line);
  }

  /** Notes an amount that is text: `1.500` may be 1,500 where all amounts of its country have three digits after the mark. */
  function examineMark(amount: string, kept: Assignment, line: number): void {
    const fraction = amount.split(config.numbers.decimal)[1];
    if (fraction === undefined) return;
    const country = foldCountry(kept.country);
    if (/^\d{3}(?!\d)/.test(fraction)) suspectsOf(examination.grouped, country).add(kept, file.name, line);
    else examination.ungrouped.add(country);
  }

  function note(disease: RowDisease, kept: Assignment | null, line: number): void {
    suspectsOf(examination.diseased, disease).add(kept, file.name, line);
  }

  function suspectsOf<Name>(all: Map<Name, Suspects>, name: Name): Suspects {
    const suspects = all.get(name) ?? new Suspects(cube.layout);
    all.set(name, suspects);
    return suspects;
  }
}

/** @returns a row with an order after its event as if both were at one moment; null where it is dropped all the same */
function believed(row: ReadRow): Assignment | null {
  const assignment = emptyAssignment();
  return clean({ ...row, last_order_ts: row.timestamp }, assignment) === null ? assignment : null;
}

/** When a file was written last, in seconds; null for what is no file. */
async function writtenAt({ path }: InputFile): Promise<number | null> {
  const status = await stat(path).catch(() => null);
  return status?.isFile() ? Math.floor(status.mtimeMs / 1000) : null;
}
