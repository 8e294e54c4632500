import { jsonLine } from '../../src/core/json-line.ts';
import { discardUnfinished } from '../files/aside.ts';
import { safe } from './format.ts';
import { COLUMNS } from './wrap.ts';

/** Where a command writes. Colours are on only where a person looks at them. */
export interface Terminal {
  /** The result in words: on standard output, with --json on standard error; what can steer a terminal is taken out. */
  out(text: string): void;
  /** Standard output: a value as one line of JSON. */
  json(value: unknown): void;
  /** Standard output, for a result that must not be changed: SQL. */
  verbatim(text: string): void;
  /** Standard error: words for people. */
  err(text: string): void;
  /** Standard error: something that is no error, but wants a look. @param sentence without its line end */
  warn(sentence: string): void;
  /** The columns of the terminal on standard error; null without a terminal. */
  columns(): number | null;
  /** The columns that a result may take: those of the terminal it goes to, COLUMNS, or 80. */
  width(): number;
  red(text: string): string;
  yellow(text: string): string;
}

const ESCAPE = '\u001b';

/** What a message starts with that steers the terminal, as it should: the line is cleared, the first word has a colour. */
const OWN_START = new RegExp(`^(?:\\r${ESCAPE}\\[2K)?(?:${ESCAPE}\\[\\d\\dm[a-z]+:${ESCAPE}\\[0m)?`);

/** @returns words for people, in which only their start can steer a terminal: they have names and values of files in them */
export function messageText(words: string): string {
  const [start = ''] = OWN_START.exec(words) ?? [];
  return start + safe(words.slice(start.length));
}

/** @returns the terminal of this process. NO_COLOR (https://no-color.org), when not empty, keeps it plain. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // A message that cannot be written is no error of the command.
  stderr.on('error', () => {});
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of the output may go away first, as `| head` does.
    if (error.code === 'EPIPE') return;
    discardUnfinished();
    stderr.write(`error: the result cannot be written to standard output (${error.message})\n`);
    process.exit(1);
  });
  const colours = stderr.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  const err = (text: string) => void stderr.write(messageText(text));
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const out = (text: string) => void stdout.write(safe(text));
  const yellow = paint(33);
  return {
    out,
    json: (value) => out(`${jsonLine(value)}\n`),
    verbatim: (text) => void stdout.write(text),
    err,
    warn: (sentence) => err(`${yellow('warning:')} ${sentence}\n`),
    columns: () => (stderr.isTTY && env.TERM !== 'dumb' ? stderr.columns || 80 : null),
    width: () => (stdout.isTTY && stdout.columns ? stdout.columns : Number(env.COLUMNS) || COLUMNS),
    red: paint(31),
    yellow,
  };
}
