import type { Verdicts } from '../../api/guards.ts';
import type { Guard } from '../../core/publish/guards.ts';
import { shareByDefault, shareDropped, shareImputed } from '../../core/shares.ts';
import { percent } from '../../core/words.ts';
import { call } from '../lib/api.ts';
import { type Child, fill, h } from '../lib/dom.ts';
import { count, plural, shortVersion, words } from '../lib/format.ts';
import { pill, tableHead, tableRow } from '../lib/parts.ts';
import { addressOf } from '../lib/router.ts';
import { apiKey } from '../lib/secrets.ts';
import type { Description, Readiness } from '../lib/service.ts';
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
  const place = h('div');
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

function list({ guards }: Readiness, artifact: Description, { version, note, objections }: Before): Child {
  const own = sharesOf(artifact);
  const rows = (Object.entries(limitsOf(guards, artifact)) as [Guard, string][]).map(([guard, limit]) => {
    const here = own[guard];
    const compared = version === null ? null : !objections.has(guard);
    const passes = here === undefined ? compared : here <= guards[guard];
    return tableRow(
      GUARDS[guard],
      h('td', { 'data-label': 'Limit' }, here === undefined ? limit : `${limit}; here ${percent(here)}`),
      h('td', { 'data-label': 'Live version' }, verdict(passes)),
    );
  });
  return [
    h(
      'table.list.guard-list',
      h('caption.unseen', 'Guards of this deployment'),
      tableHead(['Guard', 'Limit', 'Live version']),
      h('tbody', rows),
    ),
    h('p.hint', note),
  ];
}

/** Each guard as a sentence about the config. */
function limitsOf(guards: Readiness['guards'], { config }: Description): Record<Guard, string> {
  const asked = config.default_segment;
  const cells = `cells of ${plural(guards.smallest_cell, 'row')} or more`;
  const lost = guards.most_countries_lost;
  const most = (guard: Guard, of: string) => `at most ${percent(guards[guard])}${of}`;
  return {
    largest_amount_change: most('largest_amount_change', ` of what a customer gets now, in ${cells}`),
    largest_spend_change: most('largest_spend_change', ' of what it is now'),
    largest_mean_change: most('largest_mean_change', `, in ${cells}`),
    smallest_share_of_rows: `at least ${percent(guards.smallest_share_of_rows)} of those before`,
    largest_share_dropped: most('largest_share_dropped', ' of those read'),
    largest_share_imputed: most('largest_share_imputed', ' of those kept'),
    most_countries_lost: lost === 0 ? 'none may be lost' : `at most ${count(lost)}`,
    largest_share_default: most(
      'largest_share_default',
      asked === undefined ? ' of the rows' : ` of the rows asked with ${words(asked)}`,
    ),
    largest_default_growth: most('largest_default_growth', ' of the rows more than before'),
  };
}

/** What is known of the live version by itself: the shares that guards limit. */
function sharesOf({ config, default_shares, quality }: Description): Partial<Record<Guard, number>> {
  const asked = default_shares.find(({ segment }) => segment === config.default_segment);
  return {
    largest_share_dropped: shareDropped(quality),
    largest_share_imputed: shareImputed(quality),
    largest_share_default: asked === undefined ? 0 : shareByDefault(asked),
  };
}

function verdict(passes: boolean | null): HTMLElement {
  if (passes === null) return pill('quiet', 'not compared');
  return passes ? pill('good', 'passes') : pill('warn', 'does not pass');
}
