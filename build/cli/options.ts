import { parseArgs } from 'node:util';
import { closestMatch } from '../../src/core/history/columns.ts';

/** The command was called in a way that it does not know: exit code 2, with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An option of a command: a flag, or with `value` one that takes a value, more than once if `multiple`. */
export interface Option {
  /** The placeholder of the value in the usage, such as FILE. */
  value?: string;
  multiple?: boolean;
  /** The value where none is given; the help says it. */
  default?: string;
  /** Whether `-` is standard input. */
  stdin?: boolean;
  /** Whether nothing can be done without it. */
  required?: boolean;
  description: string;
}

export type Options = Readonly<Record<string, Option>>;

/** What the options of a command become: text, a list of texts, or whether a flag is there. */
export type Values<O extends Options> = {
  [Name in keyof O]: O[Name] extends { multiple: true }
    ? string[]
    : O[Name] extends { value: string }
      ? string | (O[Name] extends { default: string } | { required: true } ? never : undefined)
      : boolean;
};

/** Words of a command line that are no option's. */
export interface Positionals {
  /** For a command that takes no such words: the option that they were perhaps meant for. */
  meant?: string;
  /** For a command that takes some. */
  operands?: Operands;
}

interface Operands {
  /** As the usage shows them: `[FILE]`, `A B`. */
  usage: string;
  least: number;
  most: number;
}

const HELP: Option = { description: 'Show this text.' };

export function withHelp<O extends Options>(options: O): O & { help: Option } {
  return { ...options, help: HELP };
}

/**
 * Parses a command line.
 *
 * @throws UsageError for an unknown or a missing option, a missing or empty value, and for values and words too many
 */
export function parseOptions<O extends Options>(
  args: readonly string[],
  options: O,
  expected: Positionals,
): { values: Values<O>; operands: string[] } {
  const { values, positionals } = parseLine(args, options);
  if (!values.help) requireOperands(positionals, expected);
  const parsed = Object.entries(options).map(([name, option]) => {
    const { value, multiple, stdin, required, default: otherwise } = option;
    const all = [values[name] ?? []].flat();
    if (required && all.length === 0 && !values.help) {
      throw new UsageError(`expected --${name} ${value}, got nothing`);
    }
    const given = value && !multiple ? all[0] : values[name];
    if (value && !multiple && all.length > 1) {
      throw new UsageError(
        `expected --${name} once, got ${all.map((text) => JSON.stringify(text)).join(' and ')}`,
      );
    }
    for (const text of all) {
      if (text === '') throw new UsageError(`expected a value for --${name}, got an empty one`);
      if (text === '-' && !stdin) throw new UsageError(`expected a name for --${name}, got "-": ${STREAMS}`);
    }
    return [name, given ?? (multiple ? [] : value ? otherwise : false)];
  });
  return { values: Object.fromEntries(parsed) as Values<O>, operands: positionals };
}

const STREAMS = 'standard input is called /dev/stdin, and standard output /dev/stdout';

function requireOperands(found: readonly string[], { meant, operands }: Positionals): void {
  const { least, most, usage } = operands ?? { least: 0, most: 0, usage: '' };
  if (found.length >= least && found.length <= most) return;
  const words = found.map((word) => JSON.stringify(word)).join(' ');
  if (operands !== undefined) throw new UsageError(`expected ${usage}, got ${words || 'nothing'}`);
  const hint = meant === undefined ? '' : `; did you mean --${meant} ${found[0]}?`;
  throw new UsageError(`expected options only, got ${words}${hint}`);
}

function parseLine(args: readonly string[], options: Options) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { value }]) => [
      name,
      // All that were given, of which more than one may be a mistake.
      { type: value ? ('string' as const) : ('boolean' as const), multiple: value !== undefined },
    ]),
  );
  try {
    return parseArgs({ args: withNumbers(args, options), options: config, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError) || !('code' in error)) throw error;
    throw new UsageError(explain(error.message, String(error.code), Object.keys(options)));
  }
}

/** Joins `--keep -1` to `--keep=-1`: no option is a number, so the command that knows the range can say what is wrong. */
function withNumbers(args: readonly string[], options: Options): string[] {
  const end = args.indexOf('--');
  const joined: string[] = [];
  for (const [index, word] of args.entries()) {
    const before = joined.at(-1);
    const takes = before?.startsWith('--') && options[before.slice(2)]?.value !== undefined;
    const inOptions = end === -1 || index < end;
    if (takes && inOptions && /^-\.?\d/.test(word)) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
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
