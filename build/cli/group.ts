import { closestMatch } from '../../src/core/history/columns.ts';
import { type Command, EXIT_DONE, EXIT_USAGE, examplesOf, execute } from './command.ts';
import type { Options } from './options.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** A command that is named by the first word of a command line, whatever its options are. */
interface Subcommand {
  /** What it does, in a line. */
  about: string;
  execute(args: readonly string[], terminal: Terminal): Promise<number>;
}

export interface Group {
  /** As it is called: `npm run artifact --`. */
  name: string;
  summary: string;
  commands: Readonly<Record<string, Subcommand>>;
  /** Calls to copy, each with what it does. */
  examples: readonly { args: string; does: string }[];
}

/** @returns a command as one of a group; the first sentence of its summary tells what it does */
export function subcommand<O extends Options>(command: Command<O>): Subcommand {
  const [about = ''] = command.summary.split(/(?<=\.)\s/, 1);
  return { about, execute: (args, terminal) => execute(command, args, terminal) };
}

/** @returns a group as one command of another: the next word names its command */
export function subgroup(group: Group): Subcommand {
  const [about = ''] = group.summary.split(/(?<=\.)\s/, 1);
  return { about, execute: (args, terminal) => executeGroup(group, args, terminal) };
}

/** Runs the command of a group that the first word names. @returns the exit code */
export async function executeGroup(
  { name, summary, commands, examples }: Group,
  [first, ...rest]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const list = table(Object.entries(commands).map(([word, { about }]) => [`  ${word}`, about]));
  const usage = `Usage: ${name} COMMAND\n\nCommands:\n${list}\n${name} COMMAND --help tells more.\n`;
  if (first === '--help' || first === '-h') {
    terminal.out(`${wrap(summary)}\n\n${usage}\n${examplesOf({ name, examples })}`);
    return EXIT_DONE;
  }
  const command = first !== undefined && Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command !== undefined) return command.execute(rest, terminal);
  if (first?.startsWith('-')) {
    terminal.err(
      `${terminal.red('error:')} unknown option ${first}: the command comes first\n${name} --help shows the commands.\n`,
    );
    return EXIT_USAGE;
  }
  const closest = first === undefined ? undefined : closestMatch(first, Object.keys(commands));
  const hint = closest ? `; did you mean ${closest}?` : '';
  const got = first === undefined ? 'no command was given' : `there is no command ${JSON.stringify(first)}`;
  terminal.err(`${terminal.red('error:')} ${got}${hint}\n${name} --help shows the commands.\n`);
  return EXIT_USAGE;
}
