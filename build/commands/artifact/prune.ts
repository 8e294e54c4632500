import { prune } from '../../../src/core/publish/prune.ts';
import { type Subcommand, subcommand } from '../../cli/group.ts';
import { UsageError } from '../../cli/options.ts';
import { kvOptions } from '../../kv/kv.ts';
import type { Tools } from '../../kv/tools.ts';

const options = {
  ...kvOptions,
  keep: { value: 'NUMBER', default: '10', description: 'How many versions that were live to keep' },
  'dry-run': { description: 'Show what would be deleted, and delete nothing' },
} as const;

export function pruneCommand({ withKv, clock }: Tools): Subcommand {
  return subcommand({
    summary:
      'Deletes old artifacts. It keeps the live version, the one before it, the one that a rollback goes to, those that were live or stored within the hour, and the history.',
    options,
    examples: [{ args: '--keep 30 --remote', does: 'keep the newest thirty' }],
    run: (values, terminal) => {
      const keep = Number(values.keep);
      if (!/^\d+$/.test(values.keep)) {
        throw new UsageError(`expected a whole number for --keep, got ${JSON.stringify(values.keep)}`);
      }
      return withKv(values, async (kv) => {
        const dryRun = values['dry-run'];
        const deleted = await prune(kv, { keep, now: clock(), dryRun });
        if (values.json) terminal.json({ deleted, dry_run: dryRun });
        else if (deleted.length === 0) terminal.out('There is nothing to delete.\n');
        else
          terminal.out(
            `${dryRun ? 'To be deleted' : 'Deleted'}:\n${deleted.map((it) => `  ${it}\n`).join('')}`,
          );
      });
    },
  });
}
