import { DataError } from '../../../src/core/errors.ts';
import { newsOfMove } from '../../../src/core/publish/news.ts';
import { type Change, change, type Moved, type Mover } from '../../../src/core/publish/publish.ts';
import type { Command } from '../../cli/command.ts';
import { printable } from '../../cli/format.ts';
import { subcommand } from '../../cli/group.ts';
import { deployedOptions, notInCheckout } from '../../kv/deployed-version.ts';
import { kvOptions, placeOf } from '../../kv/kv.ts';
import { moverOf, moverOptions, type Tools } from '../../kv/tools.ts';

const options = { ...kvOptions, ...deployedOptions, ...moverOptions } as const;
/** What operators do with what is live, besides publishing. */
export function moveCommands(tools: Tools) {
  const { withKv, clock, deployed, tell } = tools;

  function moving(
    action: Change['action'],
    words: (moved: Moved, place: string) => string,
  ): Command<typeof options>['run'] {
    return (values, terminal, [version = null]) => {
      const mover: Mover = {
        ...moverOf(values, clock),
        async bundled() {
          const first = await deployed(values, terminal);
          if (first?.artifact === null) throw new DataError(notInCheckout(first.version));
          return first?.artifact ?? null;
        },
      };
      return withKv(values, async (kv) => {
        const moved = await change(kv, { action, version }, mover);
        if (values.json) terminal.json({ version: moved.pointer.version, ...moved });
        else terminal.out(`${printable(words(moved, placeOf(values)), 500)}\n`);
        await tell(newsOfMove(moved), terminal);
      });
    };
  }

  return {
    rollback: subcommand({
      summary:
        'Makes an earlier version live and holds it: the named one, or the one that was live before the version that it leaves. Nothing is published over it until it is released.',
      options,
      operands: { usage: '[VERSION]', least: 0, most: 1 },
      examples: [
        { args: '--remote --reason "Peru was wrong"', does: 'go back to what was live before' },
        { args: 'e7d48dc12311ad3f --remote', does: 'go back to this version' },
      ],
      run: moving('rollback', ({ moved, pointer: { version, previous } }, place) => {
        if (!moved) return `${version} was live and held in ${place} already.`;
        const from = previous === version ? '' : `; before it, ${previous} was live`;
        return `${version} is live in ${place}, and held${from}. Publish again after: npm run artifact -- release`;
      }),
    }),
    hold: subcommand({
      summary: 'Holds the live version, or the named one: nothing is published over it until it is released.',
      options,
      operands: { usage: '[VERSION]', least: 0, most: 1 },
      examples: [{ args: '--remote --reason "campaign until Friday"', does: 'hold what is live' }],
      run: moving('hold', ({ moved, pointer: { version } }, place) =>
        moved
          ? `${version} is held in ${place}. Release it with: npm run artifact -- release`
          : `${version} was held in ${place} already.`,
      ),
    }),
    release: subcommand({
      summary:
        'Releases the held version, so that publishing works again. It stays live until another one is published.',
      options,
      examples: [{ args: '--remote', does: 'release what is held in the account' }],
      run: moving(
        'release',
        ({ pointer }, place) => `${pointer.version} is no longer held in ${place}; it is still live.`,
      ),
    }),
  };
}
