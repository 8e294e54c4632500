import type { Source } from '../../src/core/artifact/artifact.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Cube, CubeLayout } from '../../src/core/cube/cube.ts';
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
  layout: CubeLayout;
  inputs: readonly InputFile[];
  /** Null when they are not asked for. */
  rejects: RejectSink | null;
  /** Called now and then with what was read since the last call: bytes as stored, and rows. */
  onProgress: (bytes: number, rows: number) => void;
  /** Called with the cube of each file, in any order, by an engine that reads files one by one. */
  onFile?: (file: InputFile, counted: CountedFile) => void;
}

/** What an engine has counted of one file. */
export interface CountedFile {
  cube: Cube;
  source: Source;
  notes: Notes;
}

/** What an engine has counted. */
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

/** @returns what a file gave, for people */
export function reportOf({ cube, source, notes }: CountedFile): FileReport {
  return fileReport(source.name, cube, notes);
}
