import { parseArgs } from 'node:util';
import { closestMatch } from '../../src/core/columns.ts';

/** The command was called in a way that it does not know: exit code 2, with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An option of a command: a flag, or with `value` one that takes a value, more than once if `multiple`. */
export interface Option {
  /** What stands for the value in the usage, such as FILE. */
  value?: string;
  multiple?: boolean;
  description: string;
}

export type Options = Readonly<Record<string, Option>>;

/** What the options of a command become: text, a list of texts, or whether a flag is there. */
export type Values<O extends Options> = {
  [Name in keyof O]: O[Name] extends { multiple: true }
    ? string[]
    : O[Name] extends { value: string }
      ? string | undefined
      : boolean;
};

/** Words of a command line that are no option's, and what they were perhaps meant to be. */
export interface Positionals {
  /** The option to suggest for a word too many. */
  meant: string;
  /** What stands in the usage for the one word that the command needs, such as FOLDER; without it there is none. */
  operand?: string;
}

const HELP: Option = { description: 'Show this text.' };

/** @returns the options with `--help` */
export function withHelp<O extends Options>(options: O): O & { help: Option } {
  return { ...options, help: HELP };
}

/**
 * Parses a command line.
 *
 * @returns the values, and the word that is no option where the command takes one
 * @throws UsageError for an unknown option, a missing or empty value, and words that are no option
 */
export function parseOptions<O extends Options>(
  args: readonly string[],
  options: O,
  { meant, operand }: Positionals,
): { values: Values<O>; operand: string | null } {
  const { values, positionals } = parseLine(args, options);
  const extra = positionals.slice(operand === undefined ? 0 : 1);
  if (extra.length > 0) {
    const words = extra.map((word) => JSON.stringify(word)).join(' ');
    throw new UsageError(`expected options only, got ${words}; did you mean --${meant} ${extra[0]}?`);
  }
  const parsed = Object.entries(options).map(([name, { value, multiple }]) => {
    const given = values[name];
    for (const text of [given].flat()) {
      if (text === '') throw new UsageError(`expected a value for --${name}, got an empty one`);
    }
    return [name, given ?? (multiple ? [] : value ? undefined : false)];
  });
  return { values: Object.fromEntries(parsed) as Values<O>, operand: positionals[0] ?? null };
}

function parseLine(args: readonly string[], options: Options) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { value, multiple }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const), multiple: multiple ?? false },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options: config, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    throw new UsageError(explain(error.message, String(error.code), Object.keys(options)));
  }
}

function explain(message: string, code: string, known: readonly string[]): string {
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION' || unknown === undefined) {
    const [sentence = message] = message.split('\n');
    return sentence.replace(/\.$/, '').replace(/^Option /, 'option ');
  }
  const closest = closestMatch(unknown.replace(/^-+/, ''), known);
  return `unknown option ${unknown}${closest ? `; did you mean --${closest}?` : ''}`;
}
