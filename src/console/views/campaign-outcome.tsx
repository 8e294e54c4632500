import { unitName } from '../../core/sum-money.ts';
import type { Failure } from '../lib/api.ts';
import { saveFile } from '../lib/csv.ts';
import {
  amount,
  count,
  dateTime,
  fixedPercent,
  fractionsByCurrency,
  haveFractions,
  NONE,
  plural,
  words,
} from '../lib/format.ts';
import { type Column, List } from '../lib/list.tsx';
import { Button, Figure, Sentence, Term } from '../lib/parts.tsx';
import { periodLabel } from '../lib/periods.ts';
import { addressOf } from '../lib/router.ts';
import type { Description } from '../lib/service.ts';
import { Failed } from '../lib/status.tsx';
import type { CampaignTally, Line, Reason, Refusal } from './campaign-tally.ts';

/** How far a file has come; `done` once all of it was sent, or none of it can be any more. */
export interface Progress {
  share: number;
  waits: boolean;
  /** What was asked: the form may ask something else by now. */
  segment: string;
  asOf: string;
  tally: CampaignTally;
  done: { parts: string[]; failure: Failure | null; stopped: boolean; name: string } | null;
}

/** Countries of the table: a wrong column makes a country of each customer. The download has all. */
const MOST_COUNTRIES = 50;

/** What the customers of a file get, while it is sent and after. */
export function Outcome({ progress, artifact }: { progress: Progress; artifact: Description }) {
  const { tally, segment, asOf, done, share, waits } = progress;
  if (done === null) {
    return (
      <section class="card" aria-label="Progress">
        <p>
          {plural(tally.customers, 'customer')} so far.
          {waits ? ' The service is busy: waiting for a moment.' : ''}
        </p>
        <progress max="1" value={String(share)} aria-label="How much of the file is done" />
      </section>
    );
  }
  const save = () => saveFile(`vouchers-${done.name.replace(/\.[^.]*$/, '')}.csv`, done.parts, 'text/csv');
  return (
    <section class="card figure" aria-label="What the customers get">
      <div class="figure-head">
        <div>
          <h2>{plural(tally.answered, 'customer')} answered</h2>
          <p class="hint">
            by {words(segment)}, as of {asOf.includes('T') ? dateTime(`${asOf}Z`) : periodLabel('day', asOf)}
            {tally.versions.size > 1
              ? '. Another version went live meanwhile: the answers are of two versions.'
              : ''}
          </p>
        </div>
        <div class="buttons">
          <Button click={save}>Download as CSV</Button>
        </div>
      </div>
      {done.stopped ? (
        <div class="finding finding-warn">
          <strong>Stopped</strong>
          <p>Any customers that follow in the file were not asked for: the sums are of a part of it.</p>
        </div>
      ) : null}
      {done.failure && <Failed failure={done.failure} />}
      <Totals tally={tally} />
      <ByDefault tally={tally} segment={segment} artifact={artifact} />
      <Countries tally={tally} />
      <Refusals tally={tally} />
    </section>
  );
}

function Totals({ tally }: { tally: CampaignTally }) {
  const totals = tally.totals;
  const alone = totals.filter(({ currency }) => currency === null);
  const shown = alone.length > 1 ? totals.filter(({ currency }) => currency !== null) : totals;
  return (
    <dl class="figures">
      {shown.map((total) => (
        <Figure
          key={unitName(total)}
          name={<Term name="spend">Spend</Term>}
          value={amount(total.spend, haveFractions([total.spend]))}
          note={total.currency ?? `in ${total.country}`}
        />
      ))}
      {alone.length > 1 && (
        <Figure
          name={<Term name="spend">Spend</Term>}
          note="by country below: the config names no currency, so amounts are not added up"
        />
      )}
      <Figure
        name={
          <>
            Answered by the <Term name="default" />
          </>
        }
        value={count(tally.byDefault)}
        note={fixedPercent(tally.answered === 0 ? 0 : tally.byDefault / tally.answered)}
      />
      <Figure name="Refused" value={count(tally.refused)} />
    </dl>
  );
}

const REASONS: Record<Reason, string> = {
  unknown_country: 'the history has no rows of their country',
  no_band: 'they are in no band of the segment',
  no_history: 'the history has no amount for their band',
  not_found: 'the history has no amount for their country and band',
};

function ByDefault({
  tally,
  segment,
  artifact,
}: {
  tally: CampaignTally;
  segment: string;
  artifact: Description;
}) {
  if (tally.byDefault === 0) return null;
  // Of a country that the history does not know there is no amount to fall back to.
  const { no_band, no_history } = tally.reasons;
  const helped = artifact.config.fallback.includes('country') ? 0 : no_band + no_history;
  const reasons = (Object.entries(tally.reasons) as [Reason, number][]).filter(
    ([, customers]) => customers > 0,
  );
  return (
    <div class="finding finding-warn">
      <strong>{plural(tally.byDefault, 'customer gets', 'customers get')} the default</strong>
      <ul>
        {reasons.map(([reason, customers]) => (
          <li key={reason}>
            {count(customers)}: {REASONS[reason]}
          </li>
        ))}
      </ul>
      {helped === 0 ? null : (
        <p>
          {`"fallback": ["country"] in the config would give ${helped < tally.byDefault ? `${count(helped)} of them` : 'them'} the amount of their country. `}
          <a href={addressOf('what-if', { of: segment, fallback: 'country' })}>See what would change</a>
        </p>
      )}
    </div>
  );
}

function Countries({ tally }: { tally: CampaignTally }) {
  const all = tally.lines;
  const lines = all.slice(0, MOST_COUNTRIES);
  const fractions = fractionsByCurrency(lines.map(({ spend, currency }) => [spend, currency] as const));
  const currency: Column<Line> = { name: 'Currency', number: true, of: (line) => line.currency ?? NONE };
  const columns: Column<Line>[] = [
    { name: 'Country', of: ({ country }) => <bdi>{country}</bdi> },
    { name: 'Customers', number: true, of: ({ customers }) => count(customers) },
    { name: 'Spend', number: true, of: (line) => amount(line.spend, fractions(line.currency)) },
    ...(all.some((line) => line.currency !== undefined) ? [currency] : []),
    { name: 'From the segment', number: true, of: ({ sources }) => count(sources.segment) },
    { name: 'From the country', number: true, of: ({ sources }) => count(sources.country) },
    { name: 'Default', number: true, of: ({ sources }) => count(sources.default) },
  ];
  const caption =
    all.length > lines.length
      ? `By country, the ${count(lines.length)} of ${count(all.length)} with the most customers. The download has all.`
      : 'By country';
  return (
    <div class="scroll">
      <List caption={caption} columns={columns} rows={lines} />
    </div>
  );
}

const REFUSALS: readonly Column<Refusal>[] = [
  { name: 'Why', of: ({ message }) => <Sentence of={message} /> },
  { name: 'Rows', number: true, of: ({ customers }) => count(customers) },
  { name: 'First lines of the file', label: 'First lines', of: ({ lines }) => lines.join(', ') },
];

function Refusals({ tally }: { tally: CampaignTally }) {
  if (tally.refused === 0) return null;
  const caption = `${plural(tally.refused, 'row was', 'rows were')} refused`;
  return <List caption={caption} columns={REFUSALS} rows={tally.refusals.slice(0, 20)} />;
}
