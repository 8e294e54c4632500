import { readFile } from 'node:fs/promises';
import { type Config, parseConfig } from '../../src/core/config/config.ts';
import { DataError, messageOf } from '../../src/core/errors.ts';
import { fileError } from '../read/file.ts';
import { historyConflicts } from './config-conflicts.ts';
import { repeatedKeys } from './repeated-keys.ts';

export const DEFAULT_CONFIG = 'config/voucher.json';

/** `--config` of the commands that read a history. */
export const CONFIG_OPTION = {
  value: 'FILE',
  default: DEFAULT_CONFIG,
  description: 'Bands, columns and rules',
} as const;

/** Reads and checks a config. @throws DataError that names the file and all that is wrong in it */
export async function readConfig(path: string): Promise<Config> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(path, error);
  });
  const json = text.replace(/^\uFEFF/, '');
  const parsed = parseConfig(parseJson(path, json));
  const found = [...repeatedKeys(json), ...(parsed.ok ? historyConflicts(parsed.value) : parsed.issues)];
  if (parsed.ok && found.length === 0) return parsed.value;
  const issues = found.map((issue) => `${issue.path || 'the config'}: ${issue.message}`);
  throw new DataError(issues.length === 1 ? `${path}: ${issues[0]}` : `${path}:\n  ${issues.join('\n  ')}`);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(`${path}: expected JSON, found a mistake (${messageOf(error)})`, {
      cause: error,
    });
  }
}
