import type { Child } from 'hono/jsx/dom';
import { shareDropped } from '../../core/shares.ts';
import { THIN } from '../lib/certainty.ts';
import { count, dateTime, duration, fixedPercent, plural, words } from '../lib/format.ts';
import { addressOf } from '../lib/router.ts';
import type { Cell, Description, Readiness, Table } from '../lib/service.ts';

/** The places that a finding names before it counts the rest. */
const MOST_NAMED = 4;

interface Finding {
  kind: 'bad' | 'warn' | 'info';
  title: string;
  detail: Child;
}

interface AttentionProps {
  ready: Readiness;
  artifact: Description;
  table: Table;
}

/** What an operator should look at, the most urgent first; a sentence that all is well when nothing is. */
export function Attention({ ready, artifact, table }: AttentionProps) {
  const found = [...health(ready), ...quality(ready, artifact), ...cells(artifact, table)];
  if (found.length === 0) {
    return <p class="all-well">Nothing. Every band has rows, and none rests on only a few.</p>;
  }
  return (
    <ul class="finding-list">
      {found.map(({ kind, title, detail }) => (
        <li class={`finding finding-${kind}`}>
          <span class="unseen">{KINDS[kind]}: </span>
          <strong>{title}</strong>
          <p>{detail}</p>
        </li>
      ))}
    </ul>
  );
}

const KINDS = { bad: 'Urgent', warn: 'Look at this', info: 'Good to know' };

function health({ check, fault, hold, warnings }: Readiness): Finding[] {
  const old = warnings.map((detail): Finding => ({ kind: 'warn', title: 'Look at the newest row', detail }));
  return [...lookFor(check, fault), ...(hold === null ? [] : [held(hold)]), ...old];
}

function held({ by, since, reason }: NonNullable<Readiness['hold']>): Finding {
  const detail = (
    <>
      by {by} since {dateTime(since)}
      {reason === null ? '' : `: ${reason}`}. Nothing replaces it until it is released, under{' '}
      <a href={addressOf('versions')}>Versions</a>.
    </>
  );
  return { kind: 'warn', title: 'This version is held', detail };
}

function lookFor({ age_seconds, overdue }: Readiness['check'], fault: Readiness['fault']): Finding[] {
  if (overdue) {
    const detail = `This could not be confirmed to be the current version for ${duration(age_seconds)}. The last good one keeps answering.`;
    return [{ kind: 'bad', title: 'The check for a newer version is overdue', detail }];
  }
  if (!fault) return [];
  const detail = `The store of versions has answered “${fault.code}” since ${dateTime(fault.since)}. The last good version keeps answering.`;
  return [{ kind: 'warn', title: 'The check for a newer version fails', detail }];
}

function quality({ guards }: Readiness, artifact: Description): Finding[] {
  const { rows_read, rows_kept } = artifact.quality;
  const share = shareDropped(artifact.quality);
  if (share <= guards.largest_share_dropped) return [];
  const detail = `${count(rows_read - rows_kept)} of ${count(rows_read)} rows could not be used. The guards stop a version that drops more than ${fixedPercent(guards.largest_share_dropped)}.`;
  return [{ kind: 'warn', title: `${fixedPercent(share)} of the rows were dropped`, detail }];
}

interface Place {
  country: string;
  segment: string;
  band: string;
  cell: Cell;
}

function cells({ config }: Description, { countries }: Table): Finding[] {
  const places: Place[] = Object.entries(countries).flatMap(([country, { segments }]) =>
    Object.entries(config.segments).flatMap(([segment, { bands }]) =>
      bands.flatMap(({ name: band }) => {
        const cell = new Map(Object.entries(segments[segment] ?? {})).get(band);
        return cell === undefined ? [] : [{ country, segment, band, cell }];
      }),
    ),
  );
  const empty = places.filter(({ cell }) => !cell.count);
  const amountless = places.filter(({ cell }) => cell.count && cell.observed === 0 && cell.mean === null);
  const thin = places
    .filter((place) => place.cell.count && place.cell.count < THIN && !amountless.includes(place))
    .sort((a, b) => (a.cell.count ?? 0) - (b.cell.count ?? 0));
  const findings = [
    ...unanswered(empty, (bands) => `${bands} no history`),
    ...unanswered(amountless, (bands) => `${bands} rows, and no amount`),
  ];
  if (thin.length > 0) {
    const title = `${plural(thin.length, 'band rests', 'bands rest')} on fewer than ${THIN} rows`;
    const detail = (
      <>
        Take their amounts with care:{' '}
        {named(
          thin,
          ({ band, country, cell }) => `${band} in ${country} (${plural(cell.count ?? 0, 'row')})`,
        )}
        .
      </>
    );
    findings.push({ kind: 'info', title, detail });
  }
  return findings;
}

/** Bands that have no amount of their own to give. @param title of them, from how many they are */
function unanswered(places: readonly Place[], title: (bands: string) => string): Finding[] {
  if (places.length === 0) return [];
  const free = places.filter(({ cell }) => cell.voucher_amount === 0).length;
  const answer =
    free === 0
      ? 'Asked with that segment, customers there get the fallback: '
      : `Asked with that segment, customers ${free === places.length ? 'there' : `in ${count(free)} of them`} are given 0: `;
  return [
    {
      kind: free > 0 ? 'warn' : 'info',
      title: title(plural(places.length, 'band has', 'bands have')),
      detail: [answer, named(places, ({ band, country }) => `${band} in ${country}`), '.'],
    },
  ];
}

/** The first places as links, and how many more there are. */
function named(places: readonly Place[], name: (place: Place) => string): Child {
  const rest = places.length - MOST_NAMED;
  return (
    <>
      {places.slice(0, MOST_NAMED).map((place, index) => (
        <>
          {index > 0 && ', '}
          <a href={addressOf('segments', { of: place.segment, by: 'rows' })}>
            {words(place.segment)} {name(place)}
          </a>
        </>
      ))}
      {rest > 0 && ` and ${count(rest)} more`}
    </>
  );
}
