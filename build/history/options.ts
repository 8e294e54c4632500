import { stat } from 'node:fs/promises';
import type { Config } from '../../src/core/config/config.ts';
import { UsageError, type Values } from '../cli/options.ts';
import { clickhouse, type ServerTable } from '../engines/clickhouse.ts';
import type { Engine } from '../engines/engine.ts';
import { chosenEngine, ENGINES, isEngineName } from '../engines/engines.ts';
import type { InputFile } from '../read/file.ts';
import { expandInputs } from '../read/inputs.ts';

/** The options that say what to read, and with which engine. */
export const HISTORY_OPTIONS = {
  input: {
    value: 'FILE|FOLDER|GLOB|URL|-',
    multiple: true,
    stdin: true,
    description:
      'CSV, JSON lines or Parquet to read, - for standard input; may be repeated (default: `inputs` of the config)',
  },
  cube: {
    value: 'FILE|URL|-',
    multiple: true,
    stdin: true,
    description:
      'The result of a SELECT that build:artifact --emit-sql printed, as CSV or Parquet, - for standard input; may be repeated, and is added to the inputs',
  },
  engine: {
    value: 'NAME',
    description: `What reads the history: ${Object.keys(ENGINES).join(', ')} (default: threads; duckdb for much Parquet, where it is installed)`,
  },
  'clickhouse-url': {
    value: 'URL',
    description:
      'Read a table on this ClickHouse server; user and password come from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD',
  },
  table: { value: 'DB.TABLE', description: 'The table to read there, a Distributed one for a cluster' },
} as const;

/** What of these options was given; a command need not have them all. Some write rejects. */
type HistoryValues = Partial<Values<typeof HISTORY_OPTIONS>> & {
  input: string[];
  rejects?: string | undefined;
};

/** @returns the engine that the options name @throws UsageError for options that do not go together */
export function engineOf(values: HistoryValues): Engine {
  const table = tableOf(values);
  if (table !== null) return clickhouse(table);
  const name = values.engine;
  if (name === undefined) return chosenEngine;
  if (isEngineName(name)) return ENGINES[name];
  throw new UsageError(
    `expected an engine (${Object.keys(ENGINES).join(', ')}), got ${JSON.stringify(name)}`,
  );
}

/** @returns the table to read; null to read inputs @throws UsageError for options that do not go together */
export function tableOf(values: HistoryValues): ServerTable | null {
  const { 'clickhouse-url': url, table: name, engine, input } = values;
  if (url === undefined && name === undefined) return null;
  if (url === undefined) throw new UsageError('expected --clickhouse-url with --table, got none');
  if (name === undefined) throw new UsageError('expected --table with --clickhouse-url, got none');
  if (engine !== undefined) {
    throw new UsageError(
      `--engine ${engine} reads files, and --table is read by the server: leave one of them out`,
    );
  }
  if (input.length > 0) throw new UsageError('expected --input or --table, got both');
  return { url, name };
}

/**
 * Where rejects will be written, those of a build before are no input of a folder or glob; any other file there is one,
 * which must not be written over.
 *
 * @param warn receives a sentence about files that are passed over
 * @returns what --input names, or else the config; nothing where a table is read
 * @throws UsageError when neither names anything
 */
export async function inputsOf(
  values: HistoryValues,
  config: Config,
  warn: (sentence: string) => void,
): Promise<InputFile[]> {
  if (tableOf(values) !== null) return [];
  if (values.input.length === 0 && values.cube !== undefined && values.cube.length > 0) return [];
  const patterns = values.input.length > 0 ? values.input : config.inputs;
  if (patterns.length === 0) throw new UsageError('expected --input, or `inputs` in the config, got neither');
  return await expandInputs(patterns, await rejectsBefore(values.rejects), warn);
}

async function rejectsBefore(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const entry = await stat(path).catch(() => null);
  if (!entry?.isFile()) return undefined;
  const { isRejectsFile } = await import('./rejects.ts');
  return (await isRejectsFile(path)) ? path : undefined;
}
