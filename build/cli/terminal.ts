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
  /** Standard error: a sentence, and before it what it is. @param sentence without its line end */
  say(label: keyof typeof COLOURS, sentence: string): void;
  /** Standard error: something that is no error, but wants a look. @param sentence without its line end */
  warn(sentence: string): void;
  /** Standard error, on a terminal: a line in the place of the last that was drawn; an empty one takes that away. */
  draw(line: string): void;
  /** The columns of the terminal on standard error; null without a terminal. */
  columns(): number | null;
  /** The columns that a result may take: those of the terminal it goes to, COLUMNS, or 80. */
  width(): number;
}

/** What a sentence is, by its first word; each word has its colour. */
const COLOURS = { error: 31, refused: 31, overruled: 31, warning: 33, note: 33 } as const;

const ESCAPE = '\u001b';

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
  const out = (text: string) => void stdout.write(safe(text));
  const say: Terminal['say'] = (label, sentence) => {
    const word = colours ? `${ESCAPE}[${COLOURS[label]}m${label}:${ESCAPE}[0m` : `${label}:`;
    stderr.write(`${word} ${safe(sentence)}\n`);
  };
  return {
    out,
    json: (value) => out(`${jsonLine(value)}\n`),
    verbatim: (text) => void stdout.write(text),
    err: (text) => void stderr.write(safe(text)),
    say,
    warn: (sentence) => say('warning', sentence),
    draw: (line) => void stderr.write(`\r${ESCAPE}[2K${safe(line)}`),
    columns: () => (stderr.isTTY && env.TERM !== 'dumb' ? stderr.columns || 80 : null),
    width: () => (stdout.isTTY && stdout.columns ? stdout.columns : Number(env.COLUMNS) || COLUMNS),
  };
}
