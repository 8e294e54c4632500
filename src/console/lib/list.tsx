import { type Child, flushSync, useState } from 'hono/jsx/dom';
import { useGridKeys } from './grid-keys.ts';
import { Button } from './parts.tsx';

/** A column of a {@link List}: what it says of a row. The first one names the row. */
export interface Column<T> {
  name: Child;
  of: (row: T) => Child;
  /** Whether it holds numbers, which are aligned right. */
  number?: boolean;
  /** What a narrow page shows beside the value, where it is not the name. */
  label?: string;
  /** The class of its cells. */
  kind?: string;
}

/** What the last column of a list is where it has buttons. */
export const BUTTONS = { name: <span class="unseen">Actions</span>, kind: 'actions' };

interface ListProps<T> {
  /** Its classes. */
  kind?: string;
  caption?: Child;
  /** Whether the caption is for screen readers alone. */
  unseen?: boolean;
  columns: readonly Column<T>[];
  rows: readonly T[];
  /** Tells a row from the others, where they come and go. */
  keyOf?: (row: T) => string;
  /** The head of a group, before its first row. */
  groupOf?: (row: T) => Child;
  /** All rows, where a button shows more than are there at first; and the text of the button. */
  more?: { rows: readonly T[]; text: string };
}

/** A table of rows: on a narrow page each is a small card. Its buttons are one tab stop. */
export function List<T>({ kind = 'list', caption, unseen, columns, keyOf, groupOf, ...shown }: ListProps<T>) {
  const [all, setAll] = useState(false);
  const keys = useGridKeys();
  const { rows, more } = shown;
  const showAll = () => {
    const next = keys.ref.current?.rows.length ?? 0;
    flushSync(() => setAll(true));
    keys.ref.current?.rows[next]?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <table {...keys} class={kind}>
        {caption && <caption class={unseen ? 'unseen' : undefined}>{caption}</caption>}
        <thead>
          <tr>
            {columns.map(({ name, number }) => (
              <th scope="col" class={number ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(all && more ? more.rows : rows).flatMap((row) => [
            groupOf?.(row),
            <tr key={keyOf?.(row)}>
              {columns.map(({ name, of, number, label, kind: own }, at) =>
                at === 0 ? (
                  <th scope="row">{of(row)}</th>
                ) : (
                  <td
                    class={number ? 'number' : own}
                    data-label={label ?? (typeof name === 'string' ? name : undefined)}
                  >
                    {of(row)}
                  </td>
                ),
              )}
            </tr>,
          ])}
        </tbody>
      </table>
      {more && !all && more.rows.length > rows.length && (
        <p class="more">
          <Button click={showAll}>{more.text}</Button>
        </p>
      )}
    </>
  );
}
