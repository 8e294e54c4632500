import { clickhouse } from './clickhouse.ts';
import type { Engine } from './engine.ts';
import { stream } from './stream.ts';
import { threads } from './threads.ts';

/** By the names that `--engine` takes. */
export const ENGINES: Readonly<Record<string, Engine>> = { threads, stream, clickhouse: clickhouse(null) };
export const DEFAULT_ENGINE = 'threads';
/** The engines that tell of the cube of each file. */
export const READS_FILES: ReadonlySet<string> = new Set(['threads', 'stream']);
