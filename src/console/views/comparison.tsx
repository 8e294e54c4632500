import { type Child, flushSync, useRef, useState } from 'hono/jsx/dom';
import type { DecidingConfig } from '../../core/config/deciding.ts';
import type { CellChange, Comparison, SegmentChange, UnitSpend } from '../../core/publish/comparison.ts';
import { isSameMoney, mostChanged } from '../../core/publish/spend.ts';
import { unitName } from '../../core/sum-money.ts';
import {
  amount,
  count,
  type Fractions,
  fixedPercent,
  fractionsByCurrency,
  NONE,
  plural,
  priced,
  sentence,
  signed,
  signedPercent,
  words,
} from '../lib/format.ts';
import { Button, Figure, NumberCell, Pill, TableHead } from '../lib/parts.tsx';
import { bandLabel } from './grid.ts';
import { GUARDS } from './guards.tsx';

interface ChangesProps {
  diff: Comparison;
  asked?: string;
  combined?: DecidingConfig['combined'];
}

/**
 * What moves between two versions, whom it moves, and how much money.
 *
 * @param asked the segment that comes first; the others follow by how much their spend changes
 * @param combined the combined segments of both sides, where these are known to be the same: cells then say which part a band is of
 */
export function Changes({ diff, asked = '', combined = {} }: ChangesProps) {
  const { cells, rows, dropped, countries, bands, segments, config } = diff;
  return (
    <div class="comparison">
      {config.length > 0 && (
        <ul class="config-changes">
          {config.map((line) => (
            <li>
              <code>{line}</code>
            </li>
          ))}
        </ul>
      )}
      <Guards diff={diff} />
      <dl class="figures">
        <Figure
          name="Cells that give another amount"
          value={count(cells.moved)}
          note={`${count(cells.same)} stay the same`}
        />
        <Figure name="New cells" value={count(cells.added)} />
        <Figure name="Cells that are gone" value={count(cells.removed)} />
        <Figure
          name="Rows"
          value={count(rows.after)}
          note={rows.before !== null && rows.before !== rows.after && signed(rows.after - rows.before)}
        />
        <Figure
          name="Dropped"
          value={fixedPercent(dropped.after)}
          note={dropped.before !== null && `from ${fixedPercent(dropped.before)}`}
        />
      </dl>
      <Names title="New countries" names={countries.added} />
      <Names title="Missing countries" names={countries.removed} />
      <Names title="New bands" names={bands.added.map(bandName)} />
      <Names title="Missing bands" names={bands.removed.map(bandName)} />
      <Segments all={segments} asked={asked} />
      <Cells diff={diff} combined={combined} />
    </div>
  );
}

function Guards({ diff: { objections } }: { diff: Comparison }) {
  if (objections.length === 0) {
    return (
      <p class="guards">
        <Pill kind="good">Guards</Pill> No guard objects to this change.
      </p>
    );
  }
  return (
    <ul class="finding-list">
      {objections.map(({ guard, message }) => (
        <li class="finding finding-warn">
          <strong>{GUARDS[guard]}</strong>
          <p>{sentence(message)}</p>
        </li>
      ))}
    </ul>
  );
}

function bandName({ segment, band }: { segment: string; band: string }): string {
  return `${words(segment)} ${band}`;
}

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <p>
      <strong>{title}: </strong>
      {names.slice(0, 20).join(', ')}
      {names.length > 20 && ` and ${count(names.length - 20)} more`}
    </p>
  );
}

const FIRST_SEGMENTS = 3;

/** A customer is in one band of each segment, so these lines are alternatives and have no sum. Spend is by currency. */
function Segments({ all, asked }: { all: readonly SegmentChange[]; asked: string }) {
  const most = ({ segment, spend }: SegmentChange) =>
    segment === asked
      ? Number.POSITIVE_INFINITY
      : Math.max(0, ...spend.map(({ before, after }) => Math.abs(after / before - 1) || 0));
  const segments = all.toSorted((a, b) => most(b) - most(a) || 0);
  const fractions = fractionsByCurrency(all.flatMap(({ spend }) => spend.flatMap(amountsOf)));
  return (
    <Growing
      caption="Spend if every row of the history were asked for once"
      columns={['Segment', 'Before', 'After', 'Change']}
      rows={segments.map((segment) => <Segment change={segment} fractions={fractions} />)}
      first={FIRST_SEGMENTS}
      all={`Show all ${count(segments.length)} segments`}
    />
  );
}

/** The two amounts of a sum, with their currency. */
function amountsOf({ before, after, currency }: UnitSpend) {
  return [before, after].map((value) => [value, currency] as const);
}

function Segment({ change, fractions }: { change: SegmentChange; fractions: Fractions }) {
  const { segment, rows, rows_affected, spend } = change;
  const { shown, more } = mostChanged(spend);
  return (
    <>
      <tr class="group">
        <th scope="rowgroup" colspan={4}>
          by {words(segment)}
          <span class="hint">
            : {count(rows_affected)} of {plural(rows, 'row')} {rows_affected === 1 ? 'gets' : 'get'} another
            amount
          </span>
        </th>
      </tr>
      {shown.map((sum) => (
        <tr>
          <th scope="row">in {unitName(sum)}</th>
          <NumberCell label="Before">{amount(sum.before, fractions(sum.currency))}</NumberCell>
          <NumberCell label="After">{amount(sum.after, fractions(sum.currency))}</NumberCell>
          <NumberCell label="Change">{changeOf(sum, fractions(sum.currency))}</NumberCell>
        </tr>
      ))}
      {more > 0 && (
        <tr>
          <th scope="row" colspan={4}>
            and in {count(more)} more
          </th>
        </tr>
      )}
    </>
  );
}

interface GrowingProps {
  caption: string;
  /** The first names a row, the others are numbers. */
  columns: readonly string[];
  /** Rows, or groups of rows. */
  rows: readonly Child[];
  first: number;
  /** On the button that shows all. */
  all: string;
}

/** A table that begins with some of its rows and shows all on demand. */
function Growing({ caption, columns, rows, first, all }: GrowingProps) {
  const [shown, setShown] = useState(first);
  const body = useRef<HTMLTableSectionElement | null>(null);
  const showAll = () => {
    const next = body.current?.rows.length ?? 0;
    flushSync(() => setShown(Number.POSITIVE_INFINITY));
    body.current?.rows[next]?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <div>
      <table class="list">
        <caption>{caption}</caption>
        <TableHead columns={columns} numbers={columns.length - 1} />
        <tbody ref={body}>{rows.slice(0, shown)}</tbody>
      </table>
      {rows.length > shown && (
        <p class="more">
          <Button click={showAll}>{all}</Button>
        </p>
      )}
    </div>
  );
}

/** The changes that are shown at first. */
const FIRST = 12;

function Cells({ diff: { changes, changes_total }, combined = {} }: ChangesProps) {
  // The list also has cells of which only the mean moved.
  const moved = changes.filter(({ amount: served }) => served.before !== served.after);
  if (moved.length === 0) return <p class="all-well">No cell with rows gives another amount.</p>;
  const fractions = fractionsByCurrency(
    moved.flatMap(({ amount: { before, after }, currency }) => [
      [before, currency.before] as const,
      [after, currency.after] as const,
    ]),
  );
  const caption =
    changes.length < changes_total
      ? 'The cells that move most money'
      : `${plural(moved.length, 'cell')}, those that move most money first`;
  return (
    <Growing
      caption={caption}
      columns={['Cell', 'Rows', 'Before', 'After', 'Change']}
      rows={moved.map((change) => (
        <Cell change={change} fractions={fractions} parts={combined[change.segment]?.combine} />
      ))}
      first={FIRST}
      all={`Show ${count(moved.length)}`}
    />
  );
}

interface CellProps {
  change: CellChange;
  fractions: Fractions;
  /** What a combined segment takes jointly; undefined where that is not known. */
  parts: readonly string[] | undefined;
}

function Cell({ change, fractions, parts }: CellProps) {
  const { country, segment, band, rows, amount: served, currency } = change;
  const side = (of: 'before' | 'after') =>
    priced(served[of], currency[of] ?? undefined, fractions(currency[of]));
  return (
    <tr>
      <th scope="row">
        {country}{' '}
        <span class="hint">
          {parts === undefined ? bandName({ segment, band }) : `${words(segment)}: ${bandLabel(band, parts)}`}
        </span>
      </th>
      <NumberCell label="Rows">{count(rows)}</NumberCell>
      <NumberCell label="Before">{side('before')}</NumberCell>
      <NumberCell label="After">{side('after')}</NumberCell>
      <NumberCell label="Change">
        {isSameMoney(currency) ? changeOf(served, fractions(currency.after)) : NONE}
      </NumberCell>
    </tr>
  );
}

function changeOf({ before, after }: { before: number; after: number }, fractions: boolean): string {
  const share = before === 0 || before === after ? '' : ` (${signedPercent(after / before - 1)})`;
  return `${signed(after - before, fractions)}${share}`;
}
