import { endWith } from '../cli/command.ts';
import { executeGroup, type Group } from '../cli/group.ts';
import { exitOnInterrupt } from '../cli/interrupts.ts';
import { processTerminal } from '../cli/terminal.ts';
import { openKv } from '../kv/kv.ts';
import { type Tools, tools } from '../kv/tools.ts';
import { diffCommand } from './artifact/diff.ts';
import { historyCommand } from './artifact/history.ts';
import { listCommand } from './artifact/list.ts';
import { moveCommands } from './artifact/moves.ts';
import { pruneCommand } from './artifact/prune.ts';
import { publishCommand } from './artifact/publish.ts';
import { showCommand } from './artifact/show.ts';
import { tokenCommand } from './artifact/token.ts';
import { uploadCommands } from './artifact/uploads.ts';

/** What is live, what was, and what is to be. */
export function artifactCommands(using: Tools): Group {
  return {
    name: 'npm run artifact --',
    summary: 'Publishes artifacts to the KV namespace that the Worker answers from, and rolls them back.',
    commands: {
      publish: publishCommand(using),
      ...moveCommands(using),
      list: listCommand(using),
      show: showCommand(using),
      diff: diffCommand(using),
      history: historyCommand(using),
      uploads: uploadCommands,
      token: tokenCommand,
      prune: pruneCommand(using),
    },
    examples: [
      { args: 'publish --remote', does: 'make artifacts/current.json live, after a look at what it changes' },
      { args: 'rollback --remote', does: 'make what was live before live again, and hold it' },
      { args: 'history --on 2026-11-20', does: 'show what was live on a day, in the KV of npm run dev' },
    ],
  };
}

if (import.meta.main) {
  exitOnInterrupt();
  const group = artifactCommands(tools(openKv));
  endWith(await executeGroup(group, process.argv.slice(2), processTerminal()));
}
