import type { Quality } from '../../src/core/cube/schema.ts';
import { fixedPercent, plural, readable } from '../../src/core/words.ts';
import { money, printable, safe } from '../cli/format.ts';
import { wrap } from '../cli/wrap.ts';
import type { Finding } from './finding.ts';

const LONGEST_EXAMPLE = 80;

/**
 * @param refused the sentence that a build would be refused with; null where it would not be
 * @returns what was found, for people: the diseases that move the most answers first
 */
export function report(
  findings: readonly Finding[],
  quality: Quality,
  cells: number,
  refused: string | null,
): string {
  const { rows_read, rows_kept } = quality;
  const read = `Read ${plural(rows_read, 'row')}, of which a build keeps ${readable(rows_kept)} (${fixedPercent(rows_kept / Math.max(1, rows_read))}), for ${plural(cells, 'cell')} of country and band.`;
  const head = `${wrap(read)}\n`;
  const found =
    findings.length === 0
      ? '\nNothing is wrong with it.\n'
      : findings.map((finding) => `\n${describe(finding, rows_read)}`).join('');
  const verdict = refused === null ? 'A build would not be refused.' : `A build would be refused: ${refused}`;
  return `${head}${found}\n${wrap(safe(verdict))}\n`;
}

/** @returns findings in the order in which they matter */
export function byWeight(findings: readonly Finding[]): Finding[] {
  // What cannot be read comes first: it may end a build.
  const weight = ({ disease, effect, count }: Finding) =>
    (/^(?:unreadable_|lost_file|repeated_file)/.test(disease) ? 1e24 : 0) +
    (effect?.moved ?? 0) * 1e12 +
    count;
  return findings.toSorted((a, b) => weight(b) - weight(a));
}

function describe(finding: Finding, rowsRead: number): string {
  const { disease, count, of, estimated, what, today, remedy, examples } = finding;
  const share = of === 'rows' ? `, ${fixedPercent(count / rowsRead)} of all` : '';
  const head = `${disease}: ${estimated ? 'about ' : ''}${readable(count)} ${count === 1 ? of.slice(0, -1) : of}${share}`;
  const lines = [
    what,
    `Today: ${today}.`,
    ...effectLine(finding),
    `To do: ${remedy}.`,
    ...(examples.length > 0
      ? [`Such as: ${examples.map((example) => printable(example, LONGEST_EXAMPLE)).join(', ')}`]
      : []),
  ];
  return `${head}\n${lines.map((line) => `  ${wrap(safe(line), 4, 2)}\n`).join('')}`;
}

function effectLine({ effect, disease }: Finding): string[] {
  if (effect === null) return [];
  const { moved, cells, largest } = effect;
  if (moved === 0) return [`If ${effect.if}: no answer would move.`];
  const furthest = largest
    ? `, ${printable(largest.country)} ${largest.segment} ${largest.band} the furthest: from ${money(largest.from)} to ${money(largest.to)}`
    : `, each to or from having none (${disease} is all that they have)`;
  return [`If ${effect.if}: ${readable(moved)} of ${readable(cells)} answers would move${furthest}.`];
}
