import { Cube, type CubeLayout } from '../../src/core/cube/cube.ts';
import type { Assignment } from '../../src/core/history/clean.ts';

const MOST_EXAMPLES = 3;

/** The rows that have one disease: how many, where the first of them are, and the cube of those that count. */
export class Suspects {
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
