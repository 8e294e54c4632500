import { DataError } from '../../../src/core/errors.ts';
import { newsOfMove } from '../../../src/core/publish/news.ts';
import { change, type Moved } from '../../../src/core/publish/publish.ts';
import type { Command } from '../../cli/command.ts';
import { printable } from '../../cli/format.ts';
import { type Subcommand, subcommand } from '../../cli/group.ts';
import { deployedOptions, notInCheckout } from '../../kv/deployed-version.ts';
import { kvOptions, placeOf } from '../../kv/kv.ts';
import { moverOf, moverOptions, type Tools } from '../../kv/tools.ts';

const options = { ...kvOptions, ...deployedOptions, ...moverOptions } as const;
type Move = (tools: Tools) => Subcommand;

export const rollbackCommand: Move = (tools) =>
  subcommand({
    summary:
      'Makes an earlier version live and holds it: the named one, or the one that was live before the version that it leaves. Nothing is published over it until it is released.',
    options,
    operands: { usage: '[VERSION]', least: 0, most: 1 },
    examples: [
      { args: '--remote --reason "Peru was wrong"', does: 'go back to what was live before' },
      { args: 'e7d48dc12311ad3f --remote', does: 'go back to this version' },
    ],
    run: moving(tools, 'rollback', ({ moved, pointer: { version, previous } }, place) => {
      if (!moved) return `${version} was live and held in ${place} already.\n`;
      const from = previous === version ? '' : `; before it, ${previous} was live`;
      return `${version} is live in ${place}, and held${from}. Publish again after: npm run artifact -- release\n`;
    }),
  });

export const holdCommand: Move = (tools) =>
  subcommand({
    summary: 'Holds the live version, or the named one: nothing is published over it until it is released.',
    options,
    operands: { usage: '[VERSION]', least: 0, most: 1 },
    examples: [{ args: '--remote --reason "campaign until Friday"', does: 'hold what is live' }],
    run: moving(tools, 'hold', ({ moved, pointer: { version } }, place) =>
      moved
        ? `${version} is held in ${place}. Release it with: npm run artifact -- release\n`
        : `${version} was held in ${place} already.\n`,
    ),
  });

export const releaseCommand: Move = (tools) =>
  subcommand({
    summary:
      'Releases the held version, so that publishing works again. It stays live until another one is published.',
    options,
    examples: [{ args: '--remote', does: 'release what is held in the account' }],
    run: moving(
      tools,
      'release',
      ({ pointer }, place) => `${pointer.version} is no longer held in ${place}; it is still live.\n`,
    ),
  });

function moving(
  { withKv, clock, deployed, tell }: Tools,
  action: 'rollback' | 'hold' | 'release',
  words: (moved: Moved, place: string) => string,
): Command<typeof options>['run'] {
  return (values, terminal, [version = null]) => {
    const mover = moverOf(values, clock);
    return withKv(values, async (kv) => {
      const moved = await change(
        kv,
        { action, version },
        {
          ...mover,
          async bundled() {
            const first = await deployed(values, terminal);
            if (first?.artifact === null) throw new DataError(notInCheckout(first.version));
            return first?.artifact ?? null;
          },
        },
      );
      const { pointer } = moved;
      if (values.json) terminal.json({ version: pointer.version, ...moved });
      else terminal.out(`${printable(words(moved, placeOf(values)).trimEnd(), 500)}\n`);
      await tell(newsOfMove(moved), terminal);
    });
  };
}
