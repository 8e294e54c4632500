import type { Engine } from './engine.ts';
import { stream } from './stream.ts';
import { threads } from './threads.ts';

/** By the names that `--engine` takes. */
export const ENGINES: Readonly<Record<string, Engine>> = { threads, stream };
export const DEFAULT_ENGINE = 'threads';
