import { defaultShares } from '../decide/default-share.ts';
import { shareByDefault, shareDropped, shareImputed } from '../shares.ts';
import { tidySum } from '../sum-money.ts';
import { changed, compareAnswers } from './answer-changes.ts';
import { type Compared, Side } from './compared.ts';
import type {
  AnswerChange,
  ArtifactDiff,
  CountrySpend,
  DefaultShareChange,
  SegmentChange,
} from './comparison.ts';
import { configChanges } from './config-changes.ts';
import { type PeriodChanges, periodChanges } from './period-changes.ts';
import { rowsCompared } from './rows-decided.ts';
import { isSameMoney, moneyMoved, spendByUnit } from './spend.ts';

/** What a comparison found: that, and what the guards weigh, which is more than is shown. */
export interface FullDiff extends ArtifactDiff {
  /** One list for each country and segment. */
  steps: Step[][];
  periods: PeriodChanges;
}

/** @returns what is shown of a comparison, without what the guards alone weigh */
export function shownDiff({ steps: _, periods: __, ...diff }: FullDiff): ArtifactDiff {
  return diff;
}

/** A change of what customers of the history are given. */
export interface Step extends AnswerChange {
  /** The share of the country's rows that it is for, if every row of its history were asked for once with the segment. */
  share: number;
}

/** Compares what two artifacts answer, cell by cell. @param before null where nothing is live: then all is new */
export function diffArtifacts(before: Compared | null, after: Compared): FullDiff {
  const sides: Sides = { old: before && new Side(before), now: new Side(after) };
  const { old, now } = sides;
  const was = before?.compiled.table.quality;
  const { quality, version } = after.compiled.table;
  const diff: FullDiff = {
    from: before?.compiled.table.version ?? null,
    to: version,
    config: before === null ? [] : configChanges(before.compiled.table.config, after.compiled.table.config),
    rows: { before: was?.rows_kept ?? null, after: quality.rows_kept },
    dropped: { before: was ? shareDropped(was) : null, after: shareDropped(quality) },
    imputed: { before: was ? shareImputed(was) : null, after: shareImputed(quality) },
    countries: {
      added: namesWithout(now.shown, old?.shown ?? new Map()),
      removed: namesWithout(old?.shown ?? new Map(), now.shown),
    },
    bands: { added: bandsWithout(now, old), removed: bandsWithout(old, now) },
    cells: { same: 0, moved: 0, added: 0, removed: 0 },
    segments: [],
    changes: [],
    steps: [],
    periods: periodChanges(old, now),
    spend: [],
    defaults: defaultShareChanges(before, after),
    ...compareAnswers(old, now),
  };
  const countries = new Map([...(old?.shown ?? []), ...now.shown]);
  for (const segment of new Set([...(old?.segments ?? []), ...now.segments])) {
    const total = { segment, rows: 0, rows_affected: 0 };
    const spend = Array.from(countries, ([fold, country]): CountrySpend => {
      const rows = Math.min(old?.rows(fold) ?? 0, now.rows(fold) ?? 0);
      const currency = { before: old?.currency(fold) ?? null, after: now.currency(fold) };
      const given = { country, segment, rows, currency, before: 0, after: 0 };
      compare(diff, total, given, sides, fold);
      return { ...given, before: tidySum(given.before), after: tidySum(given.after) };
    });
    diff.spend.push(...spend);
    diff.segments.push({ ...total, spend: spendByUnit(spend) });
  }
  const moved = moneyMoved(diff.spend);
  diff.changes.sort((a, b) => moved(b) - moved(a));
  return diff;
}

function defaultShareChanges(before: Compared | null, after: Compared): DefaultShareChange[] {
  const was = new Map(before && defaultShares(before.compiled).map((share) => [share.segment, share]));
  const { table, segments } = after.compiled;
  const named = segments.get(table.config.default_segment ?? '')?.ladder.name;
  return defaultShares(after.compiled).map((share) => {
    const { segment, rows } = share;
    const old = was.get(segment);
    return {
      segment,
      is_default_segment: segment === named,
      rows,
      before: old === undefined ? null : shareByDefault(old),
      after: shareByDefault(share),
    };
  });
}

interface Sides {
  old: Side | null;
  now: Side;
}

type Rows = Omit<SegmentChange, 'spend'>;

/** Compares one segment in one country. @param given where it is added up what the country is given */
function compare(diff: FullDiff, total: Rows, given: CountrySpend, { old, now }: Sides, fold: string): void {
  const { country, segment, currency } = given;
  const cells = { old: old?.cells(fold, segment) ?? new Map(), now: now.cells(fold, segment) };
  const decided = rowsCompared(old, now, fold, segment);
  const steps: Step[] = [];
  diff.steps.push(steps);
  const all = [...decided.cells.values()].reduce((sum, rows) => sum + rows, decided.left);
  const amountOf = (band: string | null, rows: number) => {
    const [was, is] = [old?.given(fold, segment, band) ?? null, now.given(fold, segment, band)];
    const amount = { before: was?.voucher_amount ?? 0, after: is?.voucher_amount ?? 0 };
    const same = amount.before === amount.after && isSameMoney(currency);
    total.rows += rows;
    given.before += rows * amount.before;
    given.after += rows * amount.after;
    if (!same) total.rows_affected += rows;
    if (!same && rows > 0)
      steps.push({ ...changed({ country, segment, band, currency }, was, is), share: rows / all });
    return { amount, same };
  };
  amountOf(null, decided.left);
  for (const [band, rows] of decided.cells) {
    const { amount, same } = amountOf(band, rows);
    const kept = { before: cells.old.get(band) ?? 0, after: cells.now.get(band) ?? 0 };
    const mean = { before: old?.mean(fold, segment, band) ?? null, after: now.mean(fold, segment, band) };
    diff.cells[kept.before === 0 ? 'added' : kept.after === 0 ? 'removed' : same ? 'same' : 'moved']++;
    if (same && mean.before === mean.after) continue;
    diff.changes.push({ country, segment, band, rows, amount, currency, mean, kept });
  }
}

function namesWithout(names: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...names].filter(([fold]) => !others.has(fold)).map(([, name]) => name);
}

function bandsWithout(side: Side | null, other: Side | null): { segment: string; band: string }[] {
  return (side?.segments ?? []).flatMap((segment) => {
    const theirs = new Set(other?.bandsOf(segment));
    return (side?.bandsOf(segment) ?? [])
      .filter((band) => !theirs.has(band))
      .map((band) => ({ segment, band }));
  });
}
