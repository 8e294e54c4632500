import { listBodies } from '../../../src/core/publish/bodies.ts';
import { readable } from '../../../src/core/words.ts';
import { type Subcommand, subcommand } from '../../cli/group.ts';
import { table } from '../../cli/table.ts';
import { kvOptions } from '../../kv/kv.ts';
import { shownPointer } from '../../kv/named-artifact.ts';
import type { Tools } from '../../kv/tools.ts';

export function listCommand({ withKv }: Tools): Subcommand {
  return subcommand({
    summary: 'Lists the artifacts that are stored, the newest first.',
    options: kvOptions,
    examples: [{ args: '--remote', does: 'list those of the account' }],
    run: (values, terminal) =>
      withKv(values, async (kv) => {
        const pointer = await shownPointer(kv, terminal);
        const artifacts = (await listBodies(kv))
          .map(({ version, metadata }) => ({
            version,
            live: version === pointer?.version,
            previous: version === pointer?.previous,
            ...metadata,
          }))
          .sort((a, b) => ((a.stored_at ?? '') < (b.stored_at ?? '') ? 1 : -1));
        if (values.json) terminal.json({ pointer, artifacts });
        else if (artifacts.length === 0) terminal.out('Nothing is published yet.\n');
        else {
          const head = ['', 'Version', 'Stored', 'Rows', 'Countries', 'Bytes'];
          const lines = artifacts.map(
            ({ version, live, previous, stored_at, rows_kept, countries, bytes }) => [
              live ? 'live' : previous ? 'before' : '',
              version,
              stored_at ?? '-',
              ...[rows_kept, countries, bytes].map((count) => (count === undefined ? '-' : readable(count))),
            ],
          );
          terminal.out(table([head, ...lines], { right: [3, 4, 5] }));
          if (pointer !== null && !artifacts.some(({ live }) => live)) {
            terminal.out(
              `What is live, ${pointer.version}, is not stored: a Worker that starts answers from its bundled version. Publish it again, or roll back to one of these.\n`,
            );
          }
        }
      }),
  });
}
