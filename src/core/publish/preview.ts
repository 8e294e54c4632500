import { entry } from '../entry.ts';
import { unitName } from '../sum-money.ts';
import { readable } from '../words.ts';
import { answerWords } from './answer-words.ts';
import type { ArtifactDiff, Preview } from './comparison.ts';
import { changeOf, mostChanged } from './spend.ts';

/**
 * @param diff of the history without the file and with it
 * @returns the short form. `segment` and `spend` are those of the default_segment, or else of the first segment; of
 *   the sums, those that change most.
 */
export function previewOf({ answers, answer_changes, segments, defaults }: ArtifactDiff): Preview {
  const named = defaults.find(({ is_default_segment }) => is_default_segment)?.segment;
  const asked = segments.find(({ segment }) => segment === named) ?? entry(segments, 0);
  const largest =
    answer_changes.find(({ amount }) => amount.before !== null && amount.after !== null) ?? null;
  return { answers, largest, ...asked, spend: mostChanged(asked.spend).shown };
}

/** @returns a preview in sentences */
export function previewSentences({ answers, largest, segment, spend }: Preview): string[] {
  const { same, moved, added, removed } = answers;
  const money = (value: number) => readable(Math.round(value));
  const sums = spend
    .filter(({ before, after }) => before !== after)
    .map((sum) => `${unitName(sum)} ${money(sum.before)} → ${money(sum.after)} (${share(sum)})`);
  return [
    `Of the answers of POST /voucher ${readable(moved)} change, ${readable(added)} come, ${readable(removed)} go, ${readable(same)} stay.`,
    ...(largest === null ? [] : [`The largest change: ${answerWords(largest)}.`]),
    sums.length === 0
      ? `The spend with ${segment} stays the same.`
      : `The spend with ${segment}, if each row of the history were asked for once: ${sums.join(', ')}.`,
  ];
}

function share({ before, after }: { before: number; after: number }): string {
  if (before === 0) return 'new';
  const change = changeOf(before, after);
  return `${after < before ? '−' : '+'}${(change * 100).toFixed(1)}%`;
}
