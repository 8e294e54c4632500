import type { DroppedRow, Report } from '../../api/report.ts';
import type { Quality } from '../../core/cube/schema.ts';
import type { DropReason } from '../../core/history/clean.ts';
import { DROP_MEANINGS } from '../../core/history/drop-meanings.ts';
import { openDialog } from '../lib/dialog.tsx';
import { amount, count, fixedPercent, plural, words } from '../lib/format.ts';
import { type Column, List } from '../lib/list.tsx';
import { Button } from '../lib/parts.tsx';
import { addressOf } from '../lib/router.ts';
import type { Description, Table } from '../lib/service.ts';
import { rowsOf } from './grid.ts';

/** What rows became: each row is in exactly one part, and may be in one that is `none` besides. */
interface Part {
  kind: 'kept' | 'filled' | 'dropped' | 'none';
  /** In the bar. */
  short: string;
  name: string;
  rows: number;
  reason?: DropReason;
}

function partsOf({ rows_kept, dropped, voucher_amount_imputed }: Quality): Part[] {
  const reasons = (Object.entries(dropped) as [DropReason, number][]).filter(([, rows]) => rows > 0);
  return [
    {
      kind: 'kept',
      short: 'Own amount',
      name: 'Kept, with an amount of their own',
      rows: rows_kept - voucher_amount_imputed,
    },
    { kind: 'filled', short: 'Filled', name: 'Kept, the amount filled in', rows: voucher_amount_imputed },
    ...reasons.map(([reason, rows]): Part => {
      const name = `Dropped: ${DROP_MEANINGS[reason]}`;
      return { kind: 'dropped', short: 'Dropped', name, rows, reason };
    }),
  ];
}

interface RowsProps {
  quality: Quality;
  /** Some rows of each reason, where the build has kept any. */
  examples: Report['dropped'];
}

/** What became of the rows: one bar of labelled parts, and the same parts as a table. */
export function RowsBar({ quality, examples }: RowsProps) {
  const { rows_read, rows_kept, total_orders_filled } = quality;
  const parts = partsOf(quality).filter(({ rows }) => rows > 0);
  const share = (rows: number) => fixedPercent(rows_read === 0 ? 0 : rows / rows_read);
  const part = (some: number) => `${count(some)} (${share(some)})`;
  const all = parts.reduce((sum, { rows }) => sum + rows, 0);
  const filled: Part = {
    ...{ kind: 'none', short: '', rows: total_orders_filled },
    name: 'Among the kept: orders missing or unreadable, counted as 0',
  };
  return (
    <>
      <p class="intro">
        Of {plural(rows_read, 'row')}, {part(rows_kept)} were kept and {part(rows_read - rows_kept)} dropped.
      </p>
      <div class="rows">
        <div class="rows-bar" aria-hidden="true">
          {parts.map(({ kind, short, rows }) => (
            <span class={`rows-part rows-${kind}`} style={{ flexGrow: String(rows) }}>
              <span>
                {short} {fixedPercent(rows / all)}
              </span>
            </span>
          ))}
        </div>
        <List
          kind="list list-plain"
          caption="Rows by what became of them"
          unseen
          columns={[
            { name: 'What they became', of: (part) => <PartName part={part} examples={examples} /> },
            { name: 'Rows', number: true, of: ({ rows }) => count(rows) },
            { name: 'Share of all', number: true, of: ({ rows }) => share(rows) },
          ]}
          rows={[...parts, filled].filter(({ rows }) => rows > 0)}
        />
      </div>
    </>
  );
}

function PartName({ part: { kind, name, reason }, examples }: { part: Part; examples: Report['dropped'] }) {
  return (
    <>
      <span class={`key key-${kind}`} aria-hidden="true" />
      {name}
      {reason && <Examples title={DROP_MEANINGS[reason]} rows={examples[reason] ?? []} />}
    </>
  );
}

/** Rows that are kept and yet in no band: each segment that leaves gaps, with its share, and what such customers get. */
export function RowsInNoBand({ table, artifact }: { table: Table; artifact: Description }) {
  const { config, quality } = artifact;
  const inBands = new Map<string, number>();
  let all = 0;
  for (const { overall, segments } of Object.values(table.countries)) {
    all += overall?.count ?? 0;
    for (const [name, cells] of Object.entries(segments)) {
      inBands.set(name, (inBands.get(name) ?? 0) + rowsOf(Object.values(cells)));
    }
  }
  const gaps = [...inBands].filter(([, rows]) => rows < all);
  const [first] = gaps;
  if (first === undefined) return null;
  return (
    <>
      <List
        kind="list list-plain no-band"
        caption="Kept rows that are in no band of a segment"
        columns={[
          {
            name: 'Segment',
            of: ([of]) => <a href={addressOf('segments', { of, by: 'rows' })}>{words(of)}</a>,
          },
          { name: 'Rows', number: true, of: ([, rows]) => count(all - rows) },
          {
            name: 'Share of the kept',
            number: true,
            of: ([, rows]) => fixedPercent((all - rows) / quality.rows_kept),
          },
        ]}
        rows={gaps}
      />
      <p class="hint">
        {config.fallback.includes('country') ? (
          'Asked with that segment, such customers get the amount of their country: "fallback" in the config says so.'
        ) : (
          <>
            Asked with that segment, such customers get the default, {amount(config.default_amount)}. With{' '}
            <code>"fallback": ["country"]</code> in the config they get the amount of their country.{' '}
            <a href={addressOf('what-if', { of: first[0], fallback: 'country' })}>See what would change</a>.
          </>
        )}
      </p>
    </>
  );
}

/** A button that shows some rows that were dropped for one reason; without rows it is left out. */
function Examples({ title, rows }: { title: string; rows: readonly DroppedRow[] }) {
  if (rows.length === 0) return null;
  const open = () =>
    openDialog({ title, about: 'Dropped rows', wide: true }, () => <ExampleRows rows={rows} />);
  return (
    <Button click={open} kind="small" label={`Examples: ${title}`}>
      Examples
    </Button>
  );
}

function ExampleRows({ rows }: { rows: readonly DroppedRow[] }) {
  const names = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
  return (
    <div class="dialog-body">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, with the keyboard too */}
      <section class="scroll" tabIndex={0} aria-label="Examples">
        <List
          kind="list list-plain examples"
          caption="The first dropped rows of this reason"
          unseen
          columns={[
            { name: 'File', of: ({ file }) => <bdi>{file}</bdi> },
            { name: 'Line', number: true, of: ({ line }) => count(line) },
            ...names.map(
              (name): Column<DroppedRow> => ({ name, of: ({ fields }) => <bdi>{fields[name] ?? ''}</bdi> }),
            ),
          ]}
          rows={rows}
        />
      </section>
    </div>
  );
}
