import * as z from 'zod/mini';
import { textHash } from '../hash.ts';
import { DROP_REASONS } from '../history/clean.ts';
import { type Notes, NotesSchema } from '../history/unread.ts';
import { Count } from '../wire-fields.ts';
import { type CubeCounts, qualityOf } from './cube.ts';
import { cellsIn } from './cube-parts.ts';

/** What one file of a history gave. */
export const FileReportSchema = z.strictObject({
  /** Its name in the artifact. */
  file: z.string(),
  rows: Count,
  kept: Count,
  dropped: z.record(z.enum(DROP_REASONS), Count),
  /** The same for two files that have the same kept rows, in whatever order and form. */
  digest: z.string(),
  notes: NotesSchema,
});
export type FileReport = z.infer<typeof FileReportSchema>;

/** @returns what a file gave, for people */
export function fileReport(file: string, cube: CubeCounts, notes: Notes): FileReport {
  const { rows_read, rows_kept, dropped } = qualityOf(cube.countries.values());
  return { file, rows: rows_read, kept: rows_kept, dropped, digest: digestOf(cube), notes };
}

/** Sums of two numbers below this are exact, in any order. */
const EXACT = 2 ** 51;

/** A sum over the cells, which the order of rows and countries leaves no trace in, and the seconds that they span. */
function digestOf(cube: CubeCounts): string {
  let sum = 0;
  for (const cell of cellsIn(cube)) sum = (sum + (textHash(cell.join(' ')) % EXACT)) % EXACT;
  return [cube.firstTimestamp, cube.lastTimestamp, sum].join(':');
}
