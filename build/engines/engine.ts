import type { Source } from '../../src/core/artifact/artifact.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Cube, CubeLayout } from '../../src/core/cube/cube.ts';
import type { DropReason, RawRow } from '../../src/core/history/clean.ts';
import type { InputFile } from '../read/file.ts';

/** A row that is not kept: its fields, or for a malformed one whatever it had. */
export interface Reject {
  file: string;
  line: number;
  reason: DropReason;
  row: Readonly<RawRow> | null;
  malformed: readonly string[] | null;
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
  /** Null when nobody wants them. */
  rejects: RejectSink | null;
  /** Called now and then with what was read since the last call: bytes as stored, and rows. */
  onProgress: (bytes: number, rows: number) => void;
  /** Called with the cube of each file, in any order, by an engine that reads files one by one. */
  onFile?: (file: InputFile, cube: Cube, source: Source) => void;
}

/** What an engine has counted. */
export interface Counted {
  cube: Cube;
  /** In the order of the inputs. */
  sources: Source[];
}

/**
 * Makes the cube of all inputs. Every engine makes the same one.
 *
 * @throws DataError that names the input which cannot be read
 */
export type Engine = (job: Job) => Promise<Counted>;
