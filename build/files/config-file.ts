import { readFile } from 'node:fs/promises';
import { type Config, parseConfig } from '../../src/core/config/config.ts';
import { DataError, messageOf } from '../../src/core/errors.ts';
import { FIELDS } from '../../src/core/fields/fields.ts';
import type { Issue } from '../../src/core/issues.ts';
import { FEATURES } from '../../src/core/segments/features.ts';
import { fileError } from '../read/file.ts';

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
  const found = [...repeatedKeys(json), ...(parsed.ok ? conflictsIn(parsed.value) : parsed.issues)];
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

/** What matters of JSON: a key with its colon, any other string, and the marks of objects and lists. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\],]/g;

/**
 * Finds the keys that an object has twice: the last one would count, and the others go without a word. A key `__proto__`
 * goes as well.
 *
 * @param json text that has been parsed
 */
export function repeatedKeys(json: string): Issue[] {
  const issues: Issue[] = [];
  const open: { keys: Set<string> | null; at: string | number }[] = [];
  for (const [mark, text = '', colon] of json.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (mark === '{' || mark === '[') {
      open.push(mark === '{' ? { keys: new Set(), at: '' } : { keys: null, at: 0 });
    } else if (mark === '}' || mark === ']') open.pop();
    else if (mark === ',') {
      if (typeof inside?.at === 'number') inside.at++;
    } else if (colon !== undefined && inside?.keys) {
      const key: string = JSON.parse(text);
      inside.at = key;
      const path = open.map(({ at }) => at).join('.');
      if (inside.keys.has(key)) issues.push({ path, message: 'expected this key once, got it again' });
      else if (key === '__proto__') issues.push({ path, message: 'expected no key of this name' });
      inside.keys.add(key);
    }
  }
  return issues;
}

/**
 * What is wrong with a config for a command that is about to read a history with it: edges that no value reaches, and
 * columns of one name. An artifact or a service from before may have such a config, and goes on with it.
 */
function conflictsIn({ segments, columns }: Config): Issue[] {
  const edges = Object.entries(segments).flatMap(([name, { of, bands }]) => {
    const { range, rangeInWords } = FEATURES[of];
    const [least, most] = range;
    return bands.flatMap(({ min, max }, index) =>
      Object.entries({ min, max }).flatMap(([edge, value]) => {
        if (value === undefined || (value >= least && value <= most)) return [];
        const bound = value < least ? `at least ${least}` : `at most ${most}`;
        const path = `segments.${name}.bands.${index}.${edge}`;
        return [{ path, message: `expected ${bound}, since ${rangeInWords}, got ${value}` }];
      }),
    );
  });
  const fields = FIELDS.flatMap((field, index) => {
    const other = FIELDS.slice(0, index).find((before) => columns[before] === columns[field]);
    if (other === undefined) return [];
    const message = `expected a column of its own, got ${JSON.stringify(columns[field])}, which columns.${other} has`;
    return [{ path: `columns.${field}`, message }];
  });
  return [...edges, ...fields];
}
