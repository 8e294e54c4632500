import type { Guards } from '../config/deployment.ts';
import type { DecisionSource } from '../decide/decision.ts';
import { percent, readable } from '../words.ts';
import { relativeChange as relativeAmountChange } from './answer-changes.ts';
import { amountWords, answerWords } from './answer-words.ts';
import type { ArtifactDiff, CellChange, DefaultShareChange } from './diff.ts';
import { changeOf } from './spend.ts';

/** What may stop an artifact; `smallest_cell` only says which cells count, and what cannot be read ends the build. */
export type Guard = Exclude<keyof Guards, 'smallest_cell' | 'largest_share_unreadable'>;

/** A guard that an artifact does not pass. */
export interface Objection {
  /** The key in `guards` of the config. */
  guard: Guard;
  /** What was expected and what came. */
  message: string;
}

/** What each guard says against a version, in the order of the config; null where it lets it pass. */
const GUARDS: Readonly<Record<Guard, (diff: ArtifactDiff, guards: Guards) => string | null>> = {
  largest_amount_change: amountChange,
  largest_spend_change: spendChange,
  largest_mean_change: meanChange,
  smallest_share_of_rows: shareOfRows,
  largest_share_dropped: ({ dropped }, { largest_share_dropped: most }) =>
    dropped.after <= most
      ? null
      : `at most ${percent(most)} of the rows may be dropped: ${percent(dropped.after)} are`,
  largest_share_imputed: ({ imputed }, { largest_share_imputed: most }) =>
    imputed.after <= most
      ? null
      : `at most ${percent(most)} of the rows may lack an amount of their own: ${percent(imputed.after)} do`,
  most_countries_lost: countriesLost,
  largest_share_default: shareByDefault,
  largest_default_growth: defaultGrowth,
};
export const GUARD_NAMES = Object.keys(GUARDS) as [Guard, ...Guard[]];

/** @returns what speaks against publishing; nothing where the artifact may go live */
export function objectionsTo(diff: ArtifactDiff, guards: Guards): Objection[] {
  return GUARD_NAMES.flatMap((guard) => {
    const message = GUARDS[guard](diff, guards);
    return message === null ? [] : [{ guard, message }];
  });
}

/** @returns objections as a run and the webhook give them as reasons */
export function reasonsOf(objections: readonly Objection[]): string[] {
  return objections.map(({ guard, message }) => `${guard}: ${message}`);
}

/** @returns reasons against a version that was published all the same */
export function overruled(reasons: readonly string[]): string[] {
  return reasons.map((reason) => `overruled: ${reason}`);
}

/** Those that say something of a version by itself; the others compare it with the one before. */
const OF_ITSELF: ReadonlySet<string> = new Set<Guard>([
  'largest_share_dropped',
  'largest_share_imputed',
  'largest_share_default',
]);

/** What a guard says of a version. */
export interface Verdict {
  /** The key in `guards` of the config. */
  guard: Guard;
  /** Its value there. */
  limit: number;
  /** Null where it compares, and there is no version before. */
  passes: boolean | null;
  /** What was expected and what came, of one that does not let it pass. */
  message: string | null;
}

/** @param diff from the version before, or from nothing @returns what each guard says, in the order of the config */
export function verdictsOf(diff: ArtifactDiff, guards: Guards): Verdict[] {
  return GUARD_NAMES.map((guard) => {
    const limit = guards[guard];
    if (diff.from === null && !OF_ITSELF.has(guard)) return { guard, limit, passes: null, message: null };
    const message = GUARDS[guard](diff, guards);
    return { guard, limit, passes: message === null, message };
  });
}

/** What a customer is given, as POST /voucher answers. A country that is new or gone is no change of an amount. */
function amountChange(
  { answer_changes, countries }: ArtifactDiff,
  { largest_amount_change, smallest_cell }: Guards,
): string | null {
  const comeOrGone = new Set<string | null>([...countries.added, ...countries.removed]);
  const counts = (source: DecisionSource | null, rows: number) =>
    source !== 'segment' || rows >= smallest_cell;
  const large = answer_changes.filter(
    (change) =>
      relativeAmountChange(change) > largest_amount_change &&
      !comeOrGone.has(change.country) &&
      counts(change.source.before, change.rows.before) &&
      counts(change.source.after, change.rows.after),
  );
  const [worst] = large;
  if (worst === undefined) return null;
  const more = large.length - 1;
  const changes = more === 1 ? 'more answer changes' : 'more answers change';
  const others = more > 0 ? `, and ${readable(more)} ${changes} so much` : '';
  return `an amount may change by at most ${percent(largest_amount_change)}: ${answerWords(worst)}${others}`;
}

function spendChange(
  { spend, countries }: ArtifactDiff,
  { largest_spend_change, smallest_cell }: Guards,
): string | null {
  const comeOrGone = new Set([...countries.added, ...countries.removed]);
  const large = spend
    .map((one) => ({ ...one, change: changeOf(one.before, one.after, one.currency) }))
    .filter(({ change, rows }) => change > largest_spend_change && rows >= smallest_cell)
    .filter(({ country }) => !comeOrGone.has(country))
    .sort((a, b) => b.change - a.change);
  const [worst] = large;
  if (worst === undefined) return null;
  const { country, segment, before, after, currency } = worst;
  return `the spend of a country may change by at most ${percent(largest_spend_change)}: ${country} with ${segment} would go from ${amountWords(before, currency.before)} to ${amountWords(after, currency.after)}`;
}

function meanChange(
  { changes }: ArtifactDiff,
  { largest_mean_change, smallest_cell }: Guards,
): string | null {
  const large = changes
    .filter(({ kept }) => Math.min(kept.before, kept.after) >= smallest_cell)
    .map((cell) => ({ cell, change: relativeChange(cell) }))
    .filter(({ change }) => change > largest_mean_change)
    .sort((a, b) => b.change - a.change);
  const [worst] = large;
  if (worst === undefined) return null;
  const { country, segment, band, mean } = worst.cell;
  const more = large.length - 1;
  const means = more === 1 ? 'more mean changes' : 'more means change';
  const others = more > 0 ? `, and ${readable(more)} ${means} so much` : '';
  return `the mean amount of a cell may change by at most ${percent(largest_mean_change)}: that of ${country}, ${segment} ${band} would go from ${amountWords(mean.before)} to ${amountWords(mean.after)}${others}`;
}

function shareOfRows({ rows }: ArtifactDiff, { smallest_share_of_rows: least }: Guards): string | null {
  if (rows.before === null || rows.after >= rows.before * least) return null;
  return `a new version must have at least ${percent(least)} of the ${readable(rows.before)} rows of what is live: it has ${readable(rows.after)}`;
}

function countriesLost({ countries }: ArtifactDiff, { most_countries_lost: most }: Guards): string | null {
  const { removed } = countries;
  if (removed.length <= most) return null;
  const names = removed.slice(0, 10).join(', ') + (removed.length > 10 ? ', …' : '');
  return `at most ${most} countries may be lost: ${names} would be (${removed.length})`;
}

/** A default is no amount of the history, so it must not quietly become the common answer. */
function shareByDefault({ defaults }: ArtifactDiff, guards: Guards): string | null {
  const { largest_share_default: most, smallest_cell } = guards;
  const named = defaults.find(({ is_default_segment }) => is_default_segment);
  if (named === undefined || named.rows < smallest_cell || named.after <= most) return null;
  return `the default may answer at most ${percent(most)} of the rows: with ${named.segment}, the default_segment, it would answer ${percent(named.after)}; set "fallback": ["country"]`;
}

function defaultGrowth({ defaults }: ArtifactDiff, guards: Guards): string | null {
  const { largest_default_growth: most, smallest_cell } = guards;
  const growth = ({ before, after }: DefaultShareChange) => after - (before ?? after);
  const [worst] = defaults.filter(({ rows }) => rows >= smallest_cell).sort((a, b) => growth(b) - growth(a));
  if (worst === undefined || growth(worst) <= most) return null;
  return `the default may answer at most ${percent(most)} more of the rows: with ${worst.segment} it would go from ${percent(worst.before ?? 0)} to ${percent(worst.after)}`;
}

/** As a share of what it was. From 0 to something is without limit, and so is from something to nothing. */
function relativeChange({ mean }: CellChange): number {
  if (mean.before === null || mean.before === mean.after) return 0;
  if (mean.after === null) return Number.POSITIVE_INFINITY;
  return Math.abs(mean.after - mean.before) / mean.before;
}
