import type { DroppedRow } from '../../src/api/report.ts';
import type { DropReason } from '../../src/core/history/clean.ts';
import type { Reject } from '../engines/engine.ts';

/** Rows that are kept of each reason. */
const MOST = 5;
/** Characters of a field that are kept. */
const LONGEST = 60;

/** Keeps the first dropped rows of each reason. */
export class Examples {
  readonly rows: Partial<Record<DropReason, DroppedRow[]>> = {};

  write({ file, line, reason, row }: Reject): void {
    this.rows[reason] ??= [];
    if (this.rows[reason].length === MOST) return;
    const fields = Object.entries(row ?? {}).map(([name, value]) => [
      name,
      String(value ?? '')
        .trim()
        .slice(0, LONGEST),
    ]);
    this.rows[reason].push({ file, line, fields: Object.fromEntries(fields) });
  }
}
