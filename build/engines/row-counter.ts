import { Cube, type CubeLayout } from '../../src/core/cube/cube.ts';
import { type Assignment, clean, emptyAssignment, type RawRow } from '../../src/core/history/clean.ts';
import type { RejectSink } from './engine.ts';

/** Cleans rows and counts them in a cube; those that are dropped go to the rejects too. */
export class RowCounter {
  readonly cube: Cube;
  rows = 0;
  readonly #file: string;
  readonly #rejects: Pick<RejectSink, 'write'> | null;
  readonly #assignment: Assignment = emptyAssignment();

  /** @param file the name under which rejects are reported */
  constructor(layout: CubeLayout, file: string, rejects: Pick<RejectSink, 'write'> | null) {
    this.cube = new Cube(layout);
    this.#file = file;
    this.#rejects = rejects;
  }

  onRow = (row: RawRow, line: number): void => {
    this.rows++;
    const reason = clean(row, this.#assignment);
    if (reason === null) {
      this.cube.add(this.#assignment);
      return;
    }
    this.cube.drop(this.#assignment.country, reason);
    this.#rejects?.write({ file: this.#file, line, reason, row, malformed: null });
  };

  onMalformed = (fields: readonly string[], line: number): void => {
    this.rows++;
    this.cube.drop('', 'malformed_row');
    this.#rejects?.write({ file: this.#file, line, reason: 'malformed_row', row: null, malformed: fields });
  };
}
