import { buildConsole } from '../../build/commands/build-console.ts';
import { once } from './once.ts';

/** Runs before tests of servers that have the console's files: builds them from the sources as they are. */
export default async function setup(): Promise<void> {
  await once('console', buildConsole);
}
