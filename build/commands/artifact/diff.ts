import { diffArtifacts, shownDiff } from '../../../src/core/publish/diff.ts';
import { type Subcommand, subcommand } from '../../cli/group.ts';
import { kvOptions } from '../../kv/kv.ts';
import { namedArtifact } from '../../kv/named-artifact.ts';
import type { Tools } from '../../kv/tools.ts';
import { diffText } from '../../report/diff-text.ts';
import { artifactDrift, driftTable } from '../../report/drift-table.ts';

export function diffCommand({ withKv }: Tools): Subcommand {
  return subcommand({
    summary: 'Shows what B answers that A does not. Each is a version, a file, or the word live.',
    options: kvOptions,
    operands: { usage: 'A B', least: 2, most: 2 },
    examples: [
      { args: 'live artifacts/current.json --remote', does: 'see what publishing would change' },
      { args: 'e7d48dc12311ad3f 0c1d2e3f4a5b6c7d', does: 'compare two versions' },
    ],
    run: (values, terminal, [a = '', b = '']) =>
      withKv(values, async (kv) => {
        const [before, after] = [await namedArtifact(kv, a, terminal), await namedArtifact(kv, b, terminal)];
        const diff = shownDiff(diffArtifacts(before, after));
        const drift = artifactDrift(before, after);
        if (values.json) terminal.json({ ...diff, drift });
        else {
          const moved = drift === null ? '' : `\n${driftTable(drift, 'from the first to the second')}`;
          terminal.out(diffText(diff) + moved);
        }
      }),
  });
}
