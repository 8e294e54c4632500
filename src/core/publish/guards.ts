import type { Guards } from '../config/deployment.ts';
import type { Rung } from '../decide/decide.ts';
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

/** @returns what speaks against publishing; nothing where the artifact may go live */
export function objectionsTo(diff: ArtifactDiff, guards: Guards): Objection[] {
  return [
    ...amountObjections(diff, guards),
    ...spendObjections(diff, guards),
    ...meanObjections(diff, guards),
    ...rowObjections(diff, guards),
    ...dropObjections(diff, guards),
    ...imputedObjections(diff, guards),
    ...countryObjections(diff, guards),
    ...defaultObjections(diff, guards),
  ];
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
  const objections = objectionsTo(diff, guards);
  const { smallest_cell: _, largest_share_unreadable: __, ...limits } = guards;
  return (Object.entries(limits) as [Guard, number][]).map(([guard, limit]) => {
    if (diff.from === null && !OF_ITSELF.has(guard)) return { guard, limit, passes: null, message: null };
    const message = objections.find((objection) => objection.guard === guard)?.message ?? null;
    return { guard, limit, passes: message === null, message };
  });
}

/** What a customer is given, as POST /voucher answers. A country that is new or gone is no change of an amount. */
function amountObjections(
  { answer_changes, countries }: ArtifactDiff,
  { largest_amount_change, smallest_cell }: Guards,
): Objection[] {
  const comeOrGone = new Set<string | null>([...countries.added, ...countries.removed]);
  const counts = (source: Rung | null, rows: number) => source !== 'segment' || rows >= smallest_cell;
  const large = answer_changes.filter(
    (change) =>
      relativeAmountChange(change) > largest_amount_change &&
      !comeOrGone.has(change.country) &&
      counts(change.source.before, change.rows.before) &&
      counts(change.source.after, change.rows.after),
  );
  const [worst] = large;
  if (worst === undefined) return [];
  const more = large.length - 1;
  const changes = more === 1 ? 'more answer changes' : 'more answers change';
  const others = more > 0 ? `, and ${readable(more)} ${changes} so much` : '';
  const message = `an amount may change by at most ${percent(largest_amount_change)}: ${answerWords(worst)}${others}`;
  return [{ guard: 'largest_amount_change', message }];
}

function spendObjections(
  { spend, countries }: ArtifactDiff,
  { largest_spend_change, smallest_cell }: Guards,
): Objection[] {
  const comeOrGone = new Set([...countries.added, ...countries.removed]);
  const large = spend
    .map((one) => ({ ...one, change: changeOf(one.before, one.after, one.currency) }))
    .filter(({ change, rows }) => change > largest_spend_change && rows >= smallest_cell)
    .filter(({ country }) => !comeOrGone.has(country))
    .sort((a, b) => b.change - a.change);
  const [worst] = large;
  if (worst === undefined) return [];
  const { country, segment, before, after, currency } = worst;
  const message = `the spend of a country may change by at most ${percent(largest_spend_change)}: ${country} with ${segment} would go from ${amountWords(before, currency.before)} to ${amountWords(after, currency.after)}`;
  return [{ guard: 'largest_spend_change', message }];
}

function meanObjections(
  { changes }: ArtifactDiff,
  { largest_mean_change, smallest_cell }: Guards,
): Objection[] {
  const large = changes
    .filter(({ kept }) => Math.min(kept.before, kept.after) >= smallest_cell)
    .map((cell) => ({ cell, change: relativeChange(cell) }))
    .filter(({ change }) => change > largest_mean_change)
    .sort((a, b) => b.change - a.change);
  const [worst] = large;
  if (worst === undefined) return [];
  const { country, segment, band, mean } = worst.cell;
  const more = large.length - 1;
  const means = more === 1 ? 'more mean changes' : 'more means change';
  const others = more > 0 ? `, and ${readable(more)} ${means} so much` : '';
  const message = `the mean amount of a cell may change by at most ${percent(largest_mean_change)}: that of ${country}, ${segment} ${band} would go from ${amountWords(mean.before)} to ${amountWords(mean.after)}${others}`;
  return [{ guard: 'largest_mean_change', message }];
}

function rowObjections({ rows }: ArtifactDiff, { smallest_share_of_rows }: Guards): Objection[] {
  if (rows.before === null || rows.after >= rows.before * smallest_share_of_rows) return [];
  const message = `a new version must have at least ${percent(smallest_share_of_rows)} of the ${readable(rows.before)} rows of what is live: it has ${readable(rows.after)}`;
  return [{ guard: 'smallest_share_of_rows', message }];
}

function dropObjections({ dropped }: ArtifactDiff, { largest_share_dropped }: Guards): Objection[] {
  if (dropped.after <= largest_share_dropped) return [];
  const message = `at most ${percent(largest_share_dropped)} of the rows may be dropped: ${percent(dropped.after)} are`;
  return [{ guard: 'largest_share_dropped', message }];
}

function imputedObjections({ imputed }: ArtifactDiff, { largest_share_imputed }: Guards): Objection[] {
  if (imputed.after <= largest_share_imputed) return [];
  const message = `at most ${percent(largest_share_imputed)} of the rows may lack an amount of their own: ${percent(imputed.after)} do`;
  return [{ guard: 'largest_share_imputed', message }];
}

function countryObjections({ countries }: ArtifactDiff, { most_countries_lost }: Guards): Objection[] {
  const { removed } = countries;
  if (removed.length <= most_countries_lost) return [];
  const names = removed.slice(0, 10).join(', ') + (removed.length > 10 ? ', …' : '');
  const message = `at most ${most_countries_lost} countries may be lost: ${names} would be (${removed.length})`;
  return [{ guard: 'most_countries_lost', message }];
}

/** A default is no amount of the history, so it must not quietly become the common answer. */
function defaultObjections(
  { defaults }: ArtifactDiff,
  { largest_share_default, largest_default_growth, smallest_cell }: Guards,
): Objection[] {
  const growth = ({ before, after }: DefaultShareChange) => after - (before ?? after);
  const counted = defaults.filter(({ rows }) => rows >= smallest_cell).sort((a, b) => growth(b) - growth(a));
  const objections: Objection[] = [];
  for (const { segment, is_default_segment, after } of counted) {
    if (!is_default_segment || after <= largest_share_default) continue;
    const message = `the default may answer at most ${percent(largest_share_default)} of the rows: with ${segment}, the default_segment, it would answer ${percent(after)}; set "fallback": ["country"]`;
    objections.push({ guard: 'largest_share_default', message });
  }
  const [worst] = counted;
  if (worst === undefined || growth(worst) <= largest_default_growth) return objections;
  const message = `the default may answer at most ${percent(largest_default_growth)} more of the rows: with ${worst.segment} it would go from ${percent(worst.before ?? 0)} to ${percent(worst.after)}`;
  return [...objections, { guard: 'largest_default_growth', message }];
}

/** As a share of what it was. From 0 to something is without limit, and so is from something to nothing. */
function relativeChange({ mean }: CellChange): number {
  if (mean.before === null || mean.before === mean.after) return 0;
  if (mean.after === null) return Number.POSITIVE_INFINITY;
  return Math.abs(mean.after - mean.before) / mean.before;
}
