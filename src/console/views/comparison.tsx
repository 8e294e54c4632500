import type { DecidingConfig } from '../../core/config/deciding.ts';
import type { CellChange, Comparison, SegmentChange, UnitSpend } from '../../core/publish/comparison.ts';
import { isSameMoney, mostChanged } from '../../core/publish/spend.ts';
import { unitName } from '../../core/sum-money.ts';
import { firstOf } from '../../core/words.ts';
import {
  amount,
  count,
  fixedPercent,
  fractionsByCurrency,
  NONE,
  plural,
  priced,
  signed,
  signedPercent,
  words,
} from '../lib/format.ts';
import { List } from '../lib/list.tsx';
import { Figure, Pill, Sentence } from '../lib/parts.tsx';
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
 * @param combined the combined segments, where both sides have the same: cells then say which part a band is of
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
          <p>
            <Sentence of={message} />
          </p>
        </li>
      ))}
    </ul>
  );
}

function bandName({ segment, band }: { segment: string; band: string }): string {
  return `${words(segment)} ${bandLabel(band)}`;
}

function Names({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <p>
      <strong>{title}: </strong>
      {firstOf(names, 20)}
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
  // The head of a segment is before the first of its sums.
  const sums = (change: SegmentChange, shown: readonly UnitSpend[]) =>
    shown.map((sum, at) => ({ ...sum, head: at === 0 && <SegmentHead {...{ change, shown }} /> }));
  const first = segments.slice(0, FIRST_SEGMENTS).flatMap((of) => sums(of, mostChanged(of.spend).shown));
  const every = segments.flatMap((of) => sums(of, of.spend));
  return (
    <div>
      <List
        caption="Spend if every row of the history were asked for once"
        columns={[
          { name: 'Segment', of: (sum) => `in ${unitName(sum)}` },
          { name: 'Before', number: true, of: (sum) => amount(sum.before, fractions(sum.currency)) },
          { name: 'After', number: true, of: (sum) => amount(sum.after, fractions(sum.currency)) },
          { name: 'Change', number: true, of: (sum) => changeOf(sum, fractions(sum.currency)) },
        ]}
        rows={first}
        groupOf={({ head }) => head}
        more={{
          rows: every,
          text:
            segments.length > FIRST_SEGMENTS
              ? `Show all ${count(segments.length)} segments`
              : 'Show all sums',
        }}
      />
    </div>
  );
}

/** The two amounts of a sum, with their currency. */
function amountsOf({ before, after, currency }: UnitSpend) {
  return [before, after].map((value) => [value, currency] as const);
}

interface HeadProps {
  change: SegmentChange;
  shown: readonly UnitSpend[];
}

function SegmentHead({ change: { segment, rows, rows_affected, spend }, shown }: HeadProps) {
  return (
    <tr class="group">
      <th scope="rowgroup" colspan={4}>
        by {words(segment)}
        <span class="hint">
          : {count(rows_affected)} of {plural(rows, 'row')} {rows_affected === 1 ? 'gets' : 'get'} another
          amount
          {shown.length < spend.length &&
            `; ${count(shown.length)} of ${count(spend.length)} sums, those that change most`}
        </span>
      </th>
    </tr>
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
  const side = ({ amount: served, currency }: CellChange, of: 'before' | 'after') =>
    priced(served[of], currency[of] ?? undefined, fractions(currency[of]));
  const name = ({ country, segment, band }: CellChange) => {
    const parts = combined[segment]?.combine;
    return (
      <>
        {country}{' '}
        <span class="hint">
          {parts === undefined ? bandName({ segment, band }) : `${words(segment)}: ${bandLabel(band, parts)}`}
        </span>
      </>
    );
  };
  return (
    <div>
      <List
        caption={caption}
        columns={[
          { name: 'Cell', of: name },
          { name: 'Rows', number: true, of: ({ rows }) => count(rows) },
          { name: 'Before', number: true, of: (change) => side(change, 'before') },
          { name: 'After', number: true, of: (change) => side(change, 'after') },
          {
            name: 'Change',
            number: true,
            of: ({ amount: served, currency }) =>
              isSameMoney(currency) ? changeOf(served, fractions(currency.after)) : NONE,
          },
        ]}
        rows={moved.slice(0, FIRST)}
        more={{ rows: moved, text: `Show ${count(moved.length)}` }}
      />
    </div>
  );
}

function changeOf({ before, after }: { before: number; after: number }, fractions: boolean): string {
  const share = before === 0 || before === after ? '' : ` (${signedPercent(after / before - 1)})`;
  return `${signed(after - before, fractions)}${share}`;
}
