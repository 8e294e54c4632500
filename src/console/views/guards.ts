import type { Guard } from '../../core/publish/guards.ts';
import type { Comparison, Versions } from '../../core/publish/versions.ts';
import { call } from '../lib/api.ts';
import { type Child, fill, h } from '../lib/dom.ts';
import { count, percent, shortVersion } from '../lib/format.ts';
import { token } from '../lib/secrets.ts';
import type { Description, Readiness } from '../lib/service.ts';
import { shareDropped } from './attention.ts';
import { GUARDS } from './guard-names.ts';

/** Whether a guard lets the live version pass; null where that takes a version to compare with. */
type Verdicts = Record<Guard, boolean | null>;

interface Before {
  /** The version that was live before; null where it is not known. */
  version: string | null;
  note: Child;
  objections: ReadonlySet<string>;
}

const HERE = 'Three of them compare a version with the one live before it: give the admin token under ';
const UNKNOWN: Before = {
  version: null,
  note: [HERE, h('a', { href: '#/versions' }, 'Versions'), ', and they are compared here.'],
  objections: new Set(),
};

/**
 * The guards of this deployment, and which of them the live version passes. What it drops is known of itself; the
 * others are about a change, and need the version before, which the service shows to operators alone.
 */
export function guardList(ready: Readiness, artifact: Description, left: AbortSignal): HTMLElement {
  const place = h('div', {});
  const draw = (before: Before) => fill(place, list(ready, artifact, before));
  draw(UNKNOWN);
  if (token() !== null) {
    void versionBefore(ready.version).then((before) => {
      if (!left.aborted) draw(before);
    });
  }
  return place;
}

async function versionBefore(live: string): Promise<Before> {
  const known = await call<Versions>('/versions', { token: token() });
  const nothing = (note: string): Before => ({ ...UNKNOWN, note });
  if (!known.ok) return nothing(`The version before cannot be read: ${known.detail}`);
  const version = known.value.live?.version === live ? known.value.live.previous : null;
  if (version === null)
    return nothing('There is no version before this one, which three of them compare it with.');
  const query = new URLSearchParams({ from: version, to: live });
  const diff = await call<Comparison>(`/versions/diff?${query}`, { token: token() });
  if (!diff.ok) return nothing(`The version before cannot be compared: ${diff.detail}`);
  return {
    version,
    note: `Compared with ${shortVersion(version)}, which was live before.`,
    objections: new Set(diff.value.objections.map(({ guard }) => guard)),
  };
}

function list({ guards }: Readiness, artifact: Description, before: Before): Child {
  const beside = (guard: Guard) => (before.version === null ? null : !before.objections.has(guard));
  const dropped = shareDropped(artifact);
  const { rows_kept, voucher_amount_imputed } = artifact.quality;
  const imputed = rows_kept === 0 ? 0 : voucher_amount_imputed / rows_kept;
  const verdicts: Verdicts = {
    largest_share_dropped: dropped <= guards.largest_share_dropped,
    largest_share_imputed: imputed <= guards.largest_share_imputed,
    smallest_share_of_rows: beside('smallest_share_of_rows'),
    largest_amount_change: beside('largest_amount_change'),
    largest_spend_change: beside('largest_spend_change'),
    largest_mean_change: beside('largest_mean_change'),
    most_countries_lost: beside('most_countries_lost'),
    largest_share_default: beside('largest_share_default'),
    largest_default_growth: beside('largest_default_growth'),
  };
  const row = (guard: Guard, limit: string) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, GUARDS[guard]),
      h('td', { 'data-label': 'Limit' }, limit),
      h('td', { 'data-label': 'Live version' }, pill(verdicts[guard])),
    );
  const lost = guards.most_countries_lost;
  return [
    h(
      'table',
      { class: 'list guard-list' },
      h('caption', { class: 'unseen' }, 'Guards of this deployment'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Guard', 'Limit', 'Live version'].map((name) => h('th', { scope: 'col' }, name)),
        ),
      ),
      h(
        'tbody',
        {},
        row(
          'largest_share_dropped',
          `at most ${percent(guards.largest_share_dropped)} of those read; here ${percent(dropped)}`,
        ),
        row('smallest_share_of_rows', `at least ${percent(guards.smallest_share_of_rows)} of those before`),
        row(
          'largest_mean_change',
          `at most ${percent(guards.largest_mean_change)}, in cells of ${count(guards.smallest_cell)} rows or more`,
        ),
        row('most_countries_lost', lost === 0 ? 'none may go' : `at most ${count(lost)}`),
        row('largest_share_default', `at most ${percent(guards.largest_share_default)} of the rows`),
        row('largest_default_growth', `by at most ${percent(guards.largest_default_growth)} of the rows`),
      ),
    ),
    h('p', { class: 'hint' }, before.note),
  ];
}

function pill(passes: boolean | null): HTMLElement {
  const [kind, text] =
    passes === null ? ['quiet', 'not compared'] : passes ? ['good', 'passes'] : ['warn', 'does not pass'];
  return h('span', { class: `pill pill-${kind}` }, text);
}
