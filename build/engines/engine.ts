import type { Source } from '../../src/core/artifact/statistics.ts';
import type { Config } from '../../src/core/config/config.ts';
import { Cube, type CubeCounts, cubeLayout } from '../../src/core/cube/cube.ts';
import { type FileReport, fileReport } from '../../src/core/cube/file-report.ts';
import type { Dropped } from '../../src/core/cube/row-counter.ts';
import type { Notes } from '../../src/core/history/unread.ts';
import type { InputFile } from '../read/file.ts';

/** A row of a file that is not kept. */
export interface Reject extends Dropped {
  file: string;
}

/** Where rejects go. `write` must not keep the reject, whose row changes; `drained` resolves when more may come. */
export interface RejectSink {
  write(reject: Reject): void;
  drained(): Promise<void>;
}

/** What an engine is given to do. */
export interface Job {
  config: Config;
  inputs: readonly InputFile[];
  /** Null when they are not asked for. */
  rejects: RejectSink | null;
  /** Called now and then with what was read since the last call: bytes as stored, and rows. */
  onProgress: (bytes: number, rows: number) => void;
  /** Called with the cube of each file, in any order, by an engine that reads files one by one. */
  onFile?: (file: InputFile, counted: CountedFile) => void;
}

export interface CountedFile {
  cube: CubeCounts;
  /** Of its bytes as stored, in hexadecimal. */
  sha256: string;
  notes: Notes;
}

export interface Counted {
  cube: Cube;
  /** In the order of the inputs. */
  sources: Source[];
  /** What each file gave and holds that cannot be read, from an engine that sees rows. */
  reports: FileReport[];
}

/**
 * Makes the cube of all inputs. Every engine makes the same one.
 *
 * @throws DataError that names the input which cannot be read
 */
export type Engine = (job: Job) => Promise<Counted>;

/** What a file is, and what it gave. */
export interface FileFacts {
  sha256: string;
  report: FileReport;
}

/** Adds up the files of a job. They may come in any order. */
export class Total {
  readonly cube: Cube;
  readonly facts = new Map<InputFile, FileFacts>();
  readonly #job: Job;

  constructor(job: Job) {
    this.#job = job;
    this.cube = new Cube(cubeLayout(job.config));
  }

  /** Adds a file. */
  add(file: InputFile, counted: CountedFile): void {
    this.#job.onFile?.(file, counted);
    const { cube, sha256, notes } = counted;
    this.cube.merge(cube);
    this.facts.set(file, { sha256, report: fileReport(file.name, cube, notes) });
  }

  /** @returns the files of the job that are not added */
  missing(): InputFile[] {
    return this.#job.inputs.filter((file) => !this.facts.has(file));
  }

  /** Has an engine read files, and adds them. @param onAdded called with each when it is added */
  async read(inputs: InputFile[], engine: Engine, onAdded?: Job['onFile']): Promise<void> {
    if (inputs.length === 0) return;
    const onFile = (file: InputFile, counted: CountedFile) => {
      this.add(file, counted);
      onAdded?.(file, counted);
    };
    await engine({ ...this.#job, inputs, onFile });
  }

  /** What the files that were added come to, in the order of the inputs. */
  counted(): Counted {
    const facts = this.#job.inputs.flatMap((file) => this.facts.get(file) ?? []);
    return {
      cube: this.cube,
      sources: facts.map(({ sha256, report: { file, rows } }) => ({ name: file, sha256, rows })),
      reports: facts.map(({ report }) => report),
    };
  }
}
