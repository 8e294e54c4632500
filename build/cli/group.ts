import { closestMatch } from '../../src/core/history/columns.ts';
import { type Command, EXIT_DONE, EXIT_USAGE, examplesOf, execute } from './command.ts';
import type { Options } from './options.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { wrap } from './wrap.ts';

/** A command that is named by the first word of a command line, with options of any kind. */
export interface Subcommand {
  /** The first sentence tells what it does. */
  summary: string;
  /** @param name as it is called: that of its group, and its word */
  execute(name: string, args: readonly string[], terminal: Terminal): Promise<number>;
}

export interface Group {
  /** As it is called: `npm run artifact --`. */
  name: string;
  summary: string;
  commands: Readonly<Record<string, Subcommand>>;
  /** Calls to copy, each with what it does. */
  examples: readonly { args: string; does: string }[];
}

/** @returns a command as one of a group */
export function subcommand<O extends Options>(command: Omit<Command<O>, 'name'>): Subcommand {
  const { summary } = command;
  return { summary, execute: (name, args, terminal) => execute({ ...command, name }, args, terminal) };
}

/** @returns a group as one command of another: the next word names its command */
export function subgroup(group: Omit<Group, 'name'>): Subcommand {
  const { summary } = group;
  return { summary, execute: (name, args, terminal) => executeGroup({ ...group, name }, args, terminal) };
}

/** Runs the command of a group that the first word names. @returns the exit code */
export async function executeGroup(
  { name, summary, commands, examples }: Group,
  [first, ...rest]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const list = Object.entries(commands).map(([word, command]) => {
    const [about = ''] = command.summary.split(/(?<=\.)\s/, 1);
    return [`  ${word}`, about];
  });
  const usage = `Usage: ${name} COMMAND\n\nCommands:\n${table(list)}\n${name} COMMAND --help tells more.\n`;
  if (first === '--help' || first === '-h') {
    terminal.out(`${wrap(summary)}\n\n${usage}\n${examplesOf({ name, examples })}`);
    return EXIT_DONE;
  }
  const command = first !== undefined && Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command !== undefined) return command.execute(`${name} ${first}`, rest, terminal);
  const problem = first === undefined ? 'no command was given' : notACommand(first, Object.keys(commands));
  terminal.say('error', `${problem}\n${name} --help shows the commands.`);
  return EXIT_USAGE;
}

function notACommand(word: string, known: readonly string[]): string {
  if (word.startsWith('-')) return `unknown option ${word}: the command comes first`;
  const closest = closestMatch(word, known);
  return `there is no command ${JSON.stringify(word)}${closest ? `; did you mean ${closest}?` : ''}`;
}
