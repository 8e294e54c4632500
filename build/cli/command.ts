import { setFlagsFromString } from 'node:v8';
import { DataError, messageOf } from '../../src/core/errors.ts';
import { takeRemoved } from '../files/temporary.ts';
import { exitOnInterrupt } from './interrupts.ts';
import {
  type Option,
  type Options,
  type Positionals,
  parseOptions,
  UsageError,
  type Values,
  withHelp,
} from './options.ts';
import { inSamePlace } from './same-place.ts';
import { table } from './table.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

export const EXIT_DONE = 0;
/** The data, a file or a check said no. */
export const EXIT_NO = 1;
/** The command was called in a way that it does not know. */
export const EXIT_USAGE = 2;

/** What a command ends with; without one, what it was asked for is done. */
export type ExitCode = number | undefined;

/** Milliseconds in which what a command has left open may close by itself. */
const LEFT_OPEN_MS = 1_000;

/** A command of the command line. */
export interface Command<O extends Options> extends Positionals {
  /** As it is called: `npm run build:artifact --`. */
  name: string;
  /** What it does, in a sentence or two. */
  summary: string;
  options: O;
  /** Calls to copy, each with what it does. */
  examples: readonly { args: string; does: string }[];
  run(values: Values<O>, terminal: Terminal, operands: readonly string[]): Promise<ExitCode>;
}

/** Runs a command as the process's own: its arguments, its output, its exit code. */
export async function run<O extends Options>(command: Command<O>): Promise<void> {
  exitOnInterrupt();
  keepHeapSmall();
  endWith(await execute(command, process.argv.slice(2), processTerminal()));
}

/**
 * Keeps the heap to what rows need, which die young. V8 would let the young generation grow where they come fast, 30 to
 * 100 MB more for no speed; and where it guesses from the first rows that they live long, as in one build of ten, it
 * puts all that follow among the old: 100 MB more, and a fifth slower (measured on 5.8 million rows). For a process of
 * its own only: the settings hold for all of it and its threads.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** Ends the process. A server that a library has left open does not keep a command that is over. */
export function endWith(code: number): void {
  process.exitCode = code;
  // By itself this timer keeps nothing.
  setTimeout(() => process.exit(), LEFT_OPEN_MS).unref();
}

/**
 * Runs a command. What goes wrong becomes a sentence on standard error and an exit code, never a stack trace.
 *
 * @returns the exit code
 */
export async function execute<O extends Options>(
  command: Command<O>,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  let teller = terminal;
  try {
    const options = withHelp(command.options);
    const { values, operands } = parseOptions(args, options, command);
    if (values.help) {
      terminal.out(help(command));
      return EXIT_DONE;
    }
    // With --json, standard output is for that alone.
    teller = inSamePlace(values.json ? { ...terminal, out: terminal.err } : terminal, values);
    const code = await command.run(values as Values<O>, teller, operands);
    const removed = takeRemoved();
    if (removed.length > 0) {
      terminal.err(`Removed temporary files that ended processes left: ${removed.join(', ')}\n`);
    }
    return code ?? EXIT_DONE;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.say('error', `${error.message}\n${command.name} --help shows the options.`);
      return EXIT_USAGE;
    }
    teller.say('error', sentence(error));
    return EXIT_NO;
  }
}

function sentence(error: unknown): string {
  if (error instanceof DataError) return error.message;
  return `this should not have happened, please report it: ${messageOf(error)}`;
}

/** @returns the text of `--help` */
export function help<O extends Options>(command: Command<O>): string {
  return `${wrap(command.summary)}\n\n${usage(command)}\n${examplesOf(command)}`;
}

/** @returns the part of `--help` that shows calls to copy */
export function examplesOf({ name, examples }: Pick<Command<Options>, 'name' | 'examples'>): string {
  const lines = examples.map(
    ({ args, does }) => `  # ${does}\n  ${args === '' ? name.replace(/ --$/, '') : `${name} ${args}`}`,
  );
  return `Examples:\n${lines.join('\n')}\n`;
}

/** @returns how a command is called, and its options */
export function usage<O extends Options>({ name, options, operands }: Command<O>): string {
  const flag = (option: string, { value }: Option) => `--${option}${value ? ` ${value}` : ''}`;
  const line = Object.entries(options).map(([option, about]) =>
    about.required ? flag(option, about) : `[${flag(option, about)}]${about.multiple ? '…' : ''}`,
  );
  const head = `Usage: ${name} `;
  const words = operands?.usage ? [operands.usage, ...line] : line;
  const described = Object.entries(withHelp(options)).map(([option, about]) => [
    `  ${flag(option, about)}`,
    about.description + (about.default === undefined ? '' : ` (default: ${about.default})`),
  ]);
  return `${head}${wrap(words, 'Usage: '.length, head.length)}\n\nOptions:\n${table(described)}`;
}
