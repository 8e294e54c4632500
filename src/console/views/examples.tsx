import type { DroppedRow } from '../../api/report.ts';
import { openDialog } from '../lib/dialog.tsx';
import { count } from '../lib/format.ts';
import { Button, TableHead } from '../lib/parts.tsx';

/** A button that shows some rows that were dropped for one reason; without rows it is left out. */
export function Examples({ title, rows }: { title: string; rows: readonly DroppedRow[] }) {
  if (rows.length === 0) return null;
  const open = () => openDialog({ title, about: 'Dropped rows', wide: true }, () => <Rows rows={rows} />);
  return (
    <Button click={open} kind="small" label={`Examples: ${title}`}>
      Examples
    </Button>
  );
}

function Rows({ rows }: { rows: readonly DroppedRow[] }) {
  const names = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
  return (
    <div class="dialog-body">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, with the keyboard too */}
      <section class="scroll" tabIndex={0} aria-label="Examples">
        <table class="list list-plain examples">
          <caption class="unseen">The first dropped rows of this reason</caption>
          <TableHead columns={['File', 'Line', ...names]} />
          <tbody>
            {rows.map(({ file, line, fields }) => (
              <tr>
                <th scope="row">
                  <bdi>{file}</bdi>
                </th>
                <td class="number">{count(line)}</td>
                {names.map((name) => (
                  <td>
                    <bdi>{fields[name] ?? ''}</bdi>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
