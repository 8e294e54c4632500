import { listEntries, liveBetween, liveSpans, type Span } from '../../../src/core/publish/history.ts';
import { bundledHistory } from '../../../src/core/publish/publish.ts';
import { parseTime, SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { printable } from '../../cli/format.ts';
import { type Subcommand, subcommand } from '../../cli/group.ts';
import { UsageError } from '../../cli/options.ts';
import { table } from '../../cli/table.ts';
import { deployedOptions } from '../../kv/deployed-version.ts';
import { kvOptions } from '../../kv/kv.ts';
import { shownPointer } from '../../kv/named-artifact.ts';
import type { Tools } from '../../kv/tools.ts';

const options = {
  ...kvOptions,
  ...deployedOptions,
  on: { value: 'DAY|TIME', description: 'Only what was live on a day, or at a moment (UTC)' },
} as const;

export function historyCommand({ withKv, clock, deployed }: Tools): Subcommand {
  return subcommand({
    summary: 'Shows what was live when, and who changed it, the newest first.',
    options,
    examples: [
      { args: '--remote', does: 'the whole history of the account' },
      { args: '--on 2026-11-20 --remote', does: 'what was live on that day' },
    ],
    run: (values, terminal) => {
      const stretch = values.on === undefined ? null : stretchOf(values.on, clock());
      return withKv(values, async (kv) => {
        const pointer = await shownPointer(kv, terminal);
        const first = pointer === null ? await deployed(values, terminal) : null;
        const spans = first
          ? bundledHistory(first.version, clock())
          : liveSpans(await listEntries(kv), pointer);
        const history = (stretch ? liveBetween(spans, ...stretch) : spans).reverse();
        if (values.json) terminal.json({ history });
        else terminal.out(text(history, values.on));
      });
    },
  });
}

/** @returns milliseconds since the epoch, from and to: a day, or a second */
function stretchOf(on: string, now: number): [from: number, to: number] {
  const from = parseTime(on.trim());
  if (from === null) throw new UsageError(`expected a day or a time for --on, got ${JSON.stringify(on)}`);
  if (from * 1000 > now)
    throw new UsageError(`--on ${on.trim()} is still to come: name a day or a time that has begun`);
  const length = /^\d{4}-\d\d-\d\d$/.test(on.trim()) ? SECONDS_PER_DAY : 1;
  return [from * 1000, (from + length) * 1000];
}

const LONGEST_NAME = 80;

function text(history: readonly Span[], on: string | undefined): string {
  if (history.length === 0)
    return on === undefined ? 'Nothing is published yet.\n' : `Nothing was live on ${on}.\n`;
  const lines = history.map(({ version, from, to, action, by, reason }) => [
    from ?? 'deployment',
    to ?? 'now',
    version,
    action,
    printable(by, LONGEST_NAME),
    printable(reason ?? '', LONGEST_NAME),
  ]);
  return table([['From', 'To', 'Version', 'By way of', 'By', 'Reason'], ...lines]);
}
