import { discardUnfinished } from '../files/aside.ts';
import { COLUMNS } from './table.ts';

/** Where a command writes. Colours are on only where a person looks at them. */
export interface Terminal {
  /** Standard output: the result. */
  out(text: string): void;
  /** Standard error: words for people. */
  err(text: string): void;
  /** The columns of the terminal on standard error; null without a terminal. */
  columns(): number | null;
  /** The columns that a result may take: those of the terminal it goes to, COLUMNS, or 80. */
  width(): number;
  red(text: string): string;
  yellow(text: string): string;
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
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    columns: () => (stderr.isTTY && env.TERM !== 'dumb' ? stderr.columns || 80 : null),
    width: () => (stdout.isTTY && stdout.columns ? stdout.columns : Number(env.COLUMNS) || COLUMNS),
    red: paint(31),
    yellow: paint(33),
  };
}
