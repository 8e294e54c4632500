import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Command, execute } from '../../../build/cli/command.ts';
import type { Options } from '../../../build/cli/options.ts';
import { buildArtifactAt } from '../../../build/commands/build-artifact.ts';
import { keptTerminal } from './terminal.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMMAND = [fileURLToPath(new URL('../../../build/commands/build-artifact.ts', import.meta.url))];

export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

/** Runs build:artifact as npm does, in a process of its own. */
export function spawnBuild(args: readonly string[], cwd = ROOT) {
  const child = spawn(process.execPath, [...COMMAND, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const outcome: Outcome = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    outcome.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    outcome.err += text;
  });
  const done = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
  return { child, done };
}

/** A moment for commands that tell how old a history is: these tests say the same on any day. */
export const NOW = Date.UTC(2018, 7, 1);

/** Runs build:artifact in this process, from the project's folder. */
export function build(args: readonly string[], now = NOW): Promise<Outcome> {
  return runCommand(
    buildArtifactAt(() => now),
    args,
  );
}

/** Runs any command in this process, from the project's folder. */
export async function runCommand<O extends Options>(
  command: Command<O>,
  args: readonly string[],
): Promise<Outcome> {
  const terminal = keptTerminal();
  const code = await execute(command, args, terminal);
  return { code, ...terminal.text };
}
