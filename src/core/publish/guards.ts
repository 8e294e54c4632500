import type { Guards } from '../config/deployment.ts';
import { percent, readable } from '../words.ts';
import { relativeChange } from './answer-changes.ts';
import { amountWords, answerWords } from './answer-words.ts';
import type {
  AnswerChange,
  ArtifactDiff,
  CellChange,
  DefaultShareChange,
  Guard,
  Objection,
  Verdict,
} from './comparison.ts';
import type { FullDiff, Step } from './diff.ts';
import { changeOf } from './spend.ts';

/** What each guard says against a version, in the order of the config; null where it lets it pass. */
const GUARDS: Readonly<Record<Guard, (diff: FullDiff, guards: Guards) => string | null>> = {
  largest_amount_change: amountChange,
  largest_spend_change: spendChange,
  largest_mean_change: (diff, guards) => cellMeanChange(diff, guards) ?? newMean(diff, guards),
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
const GUARD_NAMES = Object.keys(GUARDS) as Guard[];

/** @returns what speaks against publishing; nothing where the artifact may go live */
export function objectionsTo(diff: FullDiff, guards: Guards): Objection[] {
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

/** Those that judge a version by itself; the others compare it with the one before. */
const OF_ITSELF: ReadonlySet<string> = new Set<Guard>([
  'largest_share_dropped',
  'largest_share_imputed',
  'largest_share_default',
]);

/** @param diff from the version before, or from nothing @returns what each guard says, in the order of the config */
export function verdictsOf(diff: FullDiff, guards: Guards): Verdict[] {
  return GUARD_NAMES.map((guard) => {
    const limit = guards[guard];
    if (diff.from === null && !OF_ITSELF.has(guard)) return { guard, limit, passes: null, message: null };
    const message = GUARDS[guard](diff, guards);
    return { guard, limit, passes: message === null, message };
  });
}

/**
 * Looks at what customers are given, as POST /voucher answers. For a share of the customers of a country the amount may change
 * much, because a median jumps from one amount to the next. But none may go from nothing to an amount, or back; nothing
 * is 0 or the default. A new or lost country is not a change of an amount.
 */
function amountChange({ answer_changes, countries, steps }: FullDiff, guards: Guards): string | null {
  const { largest_amount_change: limit, largest_share_changed: most, smallest_cell } = guards;
  const passing = comeOrGone(countries);
  const isLarge = (change: AnswerChange) =>
    relativeChange(change) > limit &&
    !passing.has(change.country) &&
    SIDES.every((side) => change.source[side] === 'default' || change.rows[side] >= smallest_cell);
  const isOfNothing = ({ amount, source }: AnswerChange) =>
    SIDES.some((side) => source[side] === 'default' || amount[side] === 0);
  const abrupt = answer_changes.filter((change) => isOfNothing(change) && isLarge(change));
  const [first] = abrupt;
  if (first !== undefined) {
    return `an amount may change by at most ${percent(limit)}: ${answerWords(first)}${others('answer', abrupt.length)}`;
  }
  const large = steps.map((ofOne) => ofOne.filter(isLarge));
  const [worst] = above(most, large, shareOf);
  const [widest] = above(0, worst ?? [], ({ share }) => share);
  if (worst === undefined || widest === undefined) return null;
  return `at most ${percent(most)} of the customers of a country may get an amount that changes by more than ${percent(limit)}: ${percent(shareOf(worst))} would (${answerWords(widest)})`;
}

function shareOf(steps: readonly Step[]): number {
  // Sums of fractions may be a little more than they are.
  return Math.min(
    1,
    steps.reduce((sum, { share }) => sum + share, 0),
  );
}

function comeOrGone({ added, removed }: ArtifactDiff['countries']): Set<string | null> {
  return new Set([...added, ...removed]);
}

const SIDES = ['before', 'after'] as const;

function spendChange({ spend, countries }: ArtifactDiff, guards: Guards): string | null {
  const { largest_spend_change: most, smallest_cell } = guards;
  const passing = comeOrGone(countries);
  const large = above(most, spend, (one) => changeOf(one.before, one.after, one.currency));
  const worst = large.find(({ country, rows }) => rows >= smallest_cell && !passing.has(country));
  if (worst === undefined) return null;
  const { country, segment, before, after, currency } = worst;
  return `the spend of a country may change by at most ${percent(most)}: ${country} with ${segment} would go from ${amountWords(before, currency.before)} to ${amountWords(after, currency.after)}`;
}

function cellMeanChange({ changes }: ArtifactDiff, guards: Guards): string | null {
  const { largest_mean_change: most, smallest_cell } = guards;
  const large = above(most, changes, relativeMeanChange).filter(
    ({ kept }) => Math.min(kept.before, kept.after) >= smallest_cell,
  );
  const [worst] = large;
  if (worst === undefined) return null;
  const { country, segment, band, mean } = worst;
  return `the mean amount of a cell may change by at most ${percent(most)}: that of ${country}, ${segment} ${band} would go from ${amountWords(mean.before)} to ${amountWords(mean.after)}${others('mean', large.length)}`;
}

/** In a long history, a week of wrong rows hardly changes a mean. */
function newMean({ periods }: FullDiff, guards: Guards): string | null {
  const { largest_mean_change: most, smallest_cell } = guards;
  // Below 0 no amounts were added: others took the place of what was there.
  const many = periods.added.filter(
    ({ rows, known, mean }) => Math.min(rows, known) >= smallest_cell && mean.after >= 0,
  );
  const [worst] = above(most, many, ({ mean }) => changeOf(mean.before, mean.after));
  if (worst === undefined) return null;
  const { country, rows, mean } = worst;
  return `the mean amount of new rows of a country may differ by at most ${percent(most)} from that of its rows before: that of ${readable(rows)} new rows of ${country} is ${amountWords(mean.after)}, before it is ${amountWords(mean.before)}`;
}

/** @returns what changes by more than a limit, the largest change first */
function above<T>(limit: number, all: readonly T[], change: (one: T) => number): T[] {
  return all.filter((one) => change(one) > limit).sort((a, b) => change(b) - change(a));
}

/** @returns ", and 2 more answers change so much", of 3 that do */
function others(noun: string, count: number): string {
  const more = count - 1;
  if (more === 0) return '';
  return `, and ${readable(more)} more ${more === 1 ? `${noun} changes` : `${noun}s change`} so much`;
}

function shareOfRows({ rows, periods }: FullDiff, { smallest_share_of_rows: least }: Guards): string | null {
  if (rows.before !== null && rows.after < rows.before * least) {
    return `a new version must have at least ${percent(least)} of the ${readable(rows.before)} rows of what is live: it has ${readable(rows.after)}`;
  }
  // New rows do not make up for those that are lost.
  const { before, after } = periods.covered;
  if (after >= before * least) return null;
  return `a new version must have at least ${percent(least)} of the ${readable(before)} rows of what is live in the periods that both cover: it has ${readable(after)}`;
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
  const worst = above(most, defaults, growth).find(({ rows }) => rows >= smallest_cell);
  if (worst === undefined) return null;
  return `the default may answer at most ${percent(most)} more of the rows: with ${worst.segment} it would go from ${percent(worst.before ?? 0)} to ${percent(worst.after)}`;
}

/** As a share of what it was. From 0 to something is without limit, and so is from something to nothing. */
function relativeMeanChange({ mean: { before, after } }: CellChange): number {
  return before === null ? 0 : changeOf(before, after ?? Number.POSITIVE_INFINITY);
}
