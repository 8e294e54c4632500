import type { Verdicts } from '../../api/guards.ts';
import type { Guard } from '../../core/publish/guards.ts';
import { percent } from '../../core/words.ts';
import { call } from '../lib/api.ts';
import { type Child, fill, h } from '../lib/dom.ts';
import { count, plural, shortVersion, words } from '../lib/format.ts';
import { addressOf } from '../lib/router.ts';
import { apiKey } from '../lib/secrets.ts';
import type { Description, Readiness } from '../lib/service.ts';
import { shareDropped } from './attention.ts';
import { GUARDS } from './guard-names.ts';

interface Before {
  /** The version that was live before; null where it is not known. */
  version: string | null;
  note: Child;
  objections: ReadonlySet<string>;
}

const UNKNOWN: Before = {
  version: null,
  note: 'Most of them compare a version with the one that was live before it.',
  objections: new Set(),
};

/**
 * The guards of this deployment, and which of them the live version passes. What it drops is known of itself; the
 * others are about a change, and need the version before, with which the service compares it.
 */
export function guardList(ready: Readiness, artifact: Description, left: AbortSignal): HTMLElement {
  const place = h('div', {});
  const draw = (before: Before) => fill(place, list(ready, artifact, before));
  draw(UNKNOWN);
  void versionBefore(ready).then((before) => {
    if (!left.aborted) draw(before);
  });
  return place;
}

async function versionBefore({ version: live }: Readiness): Promise<Before> {
  const found = await call<Verdicts>('/guards', { key: apiKey() });
  if (!found.ok) return { ...UNKNOWN, note: `The earlier version cannot be compared: ${found.detail}` };
  const { before, guards } = found.value;
  if (before === null) return { ...UNKNOWN, note: 'There is no earlier version to compare this one with.' };
  return {
    version: before,
    note: [
      `Compared with ${shortVersion(before)}, which was live before. `,
      h('a', { href: addressOf('versions', { from: before, to: live }) }, 'See what changed'),
      '.',
    ],
    objections: new Set(guards.filter(({ passes }) => passes === false).map(({ guard }) => guard)),
  };
}

function list(ready: Readiness, artifact: Description, before: Before): Child {
  const limits = limitsOf(ready, artifact, before);
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
        (Object.entries(limits) as [Guard, Limit][]).map(([guard, { limit, passes }]) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, GUARDS[guard]),
            h('td', { 'data-label': 'Limit' }, limit),
            h('td', { 'data-label': 'Live version' }, pill(passes)),
          ),
        ),
      ),
    ),
    h('p', { class: 'hint' }, before.note),
  ];
}

interface Limit {
  limit: string;
  passes: boolean | null;
}

/** Each guard as a sentence about the config, with what is known of the live version. */
function limitsOf({ guards }: Readiness, artifact: Description, before: Before): Record<Guard, Limit> {
  const { rows_kept, voucher_amount_imputed } = artifact.quality;
  const imputed = rows_kept === 0 ? 0 : voucher_amount_imputed / rows_kept;
  const dropped = shareDropped(artifact);
  const change = (guard: Guard, limit: string): Limit => ({
    limit,
    passes: before.version === null ? null : !before.objections.has(guard),
  });
  const share = (limit: number, of: string, here: number): Limit => ({
    limit: `at most ${percent(limit)} of ${of}; here ${percent(here)}`,
    passes: here <= limit,
  });
  const asked = artifact.config.default_segment;
  const cells = `cells of ${plural(guards.smallest_cell, 'row')} or more`;
  const lost = guards.most_countries_lost;
  return {
    largest_amount_change: change(
      'largest_amount_change',
      `at most ${percent(guards.largest_amount_change)} of what a customer gets now, in ${cells}`,
    ),
    largest_spend_change: change(
      'largest_spend_change',
      `at most ${percent(guards.largest_spend_change)} of what it is now`,
    ),
    largest_mean_change: change(
      'largest_mean_change',
      `at most ${percent(guards.largest_mean_change)}, in ${cells}`,
    ),
    smallest_share_of_rows: change(
      'smallest_share_of_rows',
      `at least ${percent(guards.smallest_share_of_rows)} of those before`,
    ),
    largest_share_dropped: share(guards.largest_share_dropped, 'those read', dropped),
    largest_share_imputed: share(guards.largest_share_imputed, 'those kept', imputed),
    most_countries_lost: change(
      'most_countries_lost',
      lost === 0 ? 'none may be lost' : `at most ${count(lost)}`,
    ),
    largest_share_default: share(
      guards.largest_share_default,
      asked === undefined ? 'the rows' : `the rows asked with ${words(asked)}`,
      shareByDefault(artifact),
    ),
    largest_default_growth: change(
      'largest_default_growth',
      `at most ${percent(guards.largest_default_growth)} of the rows more than before`,
    ),
  };
}

/** The share of the rows that the default answers, asked with the default_segment. */
function shareByDefault({ config, default_shares }: Description): number {
  const asked = default_shares.find(({ segment }) => segment === config.default_segment);
  return asked === undefined || asked.rows === 0 ? 0 : asked.by_default / asked.rows;
}

function pill(passes: boolean | null): HTMLElement {
  const [kind, text] =
    passes === null ? ['quiet', 'not compared'] : passes ? ['good', 'passes'] : ['warn', 'does not pass'];
  return h('span', { class: `pill pill-${kind}` }, text);
}
