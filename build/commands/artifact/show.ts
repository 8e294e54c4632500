import { canonicalJson } from '../../../src/core/canonical.ts';
import { dropList } from '../../../src/core/history/clean.ts';
import type { Entry } from '../../../src/core/publish/pointer.ts';
import { livePointer } from '../../../src/core/publish/publish.ts';
import { readable } from '../../../src/core/words.ts';
import { printable } from '../../cli/format.ts';
import { type Subcommand, subcommand } from '../../cli/group.ts';
import { table } from '../../cli/table.ts';
import { kvOptions } from '../../kv/kv.ts';
import { namedArtifact } from '../../kv/named-artifact.ts';
import type { Tools } from '../../kv/tools.ts';

/** Where the deployment takes its history from, in words: a roll-back leaves that as it is. */
function takenFrom({ history_source }: Entry): string {
  if (history_source === null) return 'the version that was deployed with the service';
  return `${history_source === 'uploads' ? 'uploads' : 'the command line'}, which published last`;
}

/** Who made it live, unless an entry that left it live, such as a hold, came after. */
function liveSince({ at, live_since, by }: Entry): string {
  return `since ${live_since}${at === live_since ? `, by ${printable(by)}` : ''}`;
}

function heldSince({ since, by, reason }: NonNullable<Entry['hold']>): string {
  return `since ${since}, by ${printable(by)}${reason === null ? '' : `: ${printable(reason)}`}`;
}

export function showCommand({ withKv }: Tools): Subcommand {
  return subcommand({
    summary: 'Shows an artifact: the one that is live, or the one that is named. With --json, all of it.',
    options: kvOptions,
    operands: { usage: '[VERSION]', least: 0, most: 1 },
    examples: [{ args: '--remote', does: 'show what is live' }],
    run: (values, terminal, [name = 'live']) =>
      withKv(values, async (kv) => {
        const { compiled, statistics } = await namedArtifact(kv, name, terminal);
        const { version, data, quality, config, countries } = compiled.table;
        const pointer = await livePointer(kv);
        const live = pointer?.version === version ? pointer : null;
        if (values.json) {
          // It writes maps, too.
          terminal.json(JSON.parse(canonicalJson({ version, live, table: compiled.table, statistics })));
          return;
        }
        terminal.out(
          table([
            ['Version', version],
            ['Live', live ? liveSince(live) : 'no'],
            ...(live?.hold ? [['Held', heldSince(live.hold)]] : []),
            ['Taken from', live === null ? '-' : takenFrom(live)],
            ['History', `${data.first_timestamp} to ${data.last_timestamp}`],
            ['Rows kept', `${readable(quality.rows_kept)} of ${readable(quality.rows_read)}`],
            ['Dropped', dropList(quality.dropped) || 'none'],
            ['Made from', statistics?.sources.map(({ name: file }) => file).join(', ') || '-'],
            ['Segments', [...Object.keys(config.segments), ...Object.keys(config.combined)].join(', ')],
            ['Countries', countries.slice(0, 20).join(', ') + (countries.length > 20 ? ', …' : '')],
          ]),
        );
      }),
  });
}
