import type { ArtifactDiff } from '../../src/core/publish/comparison.ts';
import { mostChanged } from '../../src/core/publish/spend.ts';
import { unitName } from '../../src/core/sum-money.ts';
import { firstOf, fixedPercent, readable } from '../../src/core/words.ts';
import { money, printable } from '../cli/format.ts';
import { table } from '../cli/table.ts';

/** Lines of cells that are shown; --json has all. */
const MOST_CHANGES = 12;
/** @returns what one artifact answers that another did not, for people; of the first of all, only what it holds */
export function diffText(diff: ArtifactDiff): string {
  return [configLines(diff), headTable(diff), segmentTable(diff), diff.from === null ? '' : changeTable(diff)]
    .filter((part) => part !== '')
    .join('\n');
}

function configLines({ config }: ArtifactDiff): string {
  if (config.length === 0) return '';
  const lines = config.slice(0, MOST_CHANGES).map((line) => `    ${printable(line, 200)}\n`);
  const more = config.length > MOST_CHANGES ? `    and ${config.length - MOST_CHANGES} more\n` : '';
  return `  Config\n${lines.join('')}${more}`;
}

function headTable({ from, to, rows, dropped, answers, cells, countries, bands }: ArtifactDiff): string {
  const bandNames = (names: typeof bands.added) => names.map(({ segment, band }) => `${segment} ${band}`);
  const counts = ({ moved, same, added, removed }: typeof cells) =>
    `${readable(moved)} move, ${readable(same)} stay, ${readable(added)} come, ${readable(removed)} go`;
  const lines = [
    ['  Version', `${from ?? 'nothing to compare with'} -> ${to}`],
    ['  Rows kept', `${rows.before === null ? '-' : readable(rows.before)} -> ${readable(rows.after)}`],
    [
      '  Rows dropped',
      `${dropped.before === null ? '-' : fixedPercent(dropped.before)} -> ${fixedPercent(dropped.after)}`,
    ],
    ['  Cells', counts(cells)],
    ['  Answers', counts(answers)],
    ['  Countries', comeAndGo(countries.added, countries.removed)],
    ['  Bands', comeAndGo(bandNames(bands.added), bandNames(bands.removed))],
  ];
  return table(lines);
}

function comeAndGo(added: readonly string[], removed: readonly string[]): string {
  const some = (sign: string, names: readonly string[]) =>
    firstOf(
      names.map((name) => `${sign}${printable(name)}`),
      MOST_CHANGES,
    );
  return [some('+', added), some('-', removed)].filter((text) => text !== '').join(', ') || 'the same';
}

/** Spend is shown by currency, and alone for a country without one: such sums have no total. */
function segmentTable({ from, segments }: ArtifactDiff): string {
  const head = [
    ...['  All rows asked for with', 'Rows', 'Affected'],
    ...['Spend in', 'Before', 'After', 'Change'],
  ];
  const lines = segments.flatMap(({ segment, rows, rows_affected, spend }) => {
    const { shown, more } = mostChanged(spend);
    const [first = [], ...others] = [
      ...shown.map((sum) => [
        printable(unitName(sum)),
        from === null ? '-' : readable(Math.round(sum.before)),
        readable(Math.round(sum.after)),
        sum.before === 0 ? '-' : signed(sum.after / sum.before - 1),
      ]),
      ...(more > 0 ? [[`${more} more`, '', '', '']] : []),
    ];
    return [
      [`  ${segment}`, readable(rows), readable(rows_affected), ...first],
      ...others.map((line) => ['', '', '', ...line]),
    ];
  });
  return table([head, ...lines], { right: [1, 2, 4, 5, 6] });
}

function changeTable({ changes }: ArtifactDiff): string {
  const moved = changes.filter(({ amount }) => amount.before !== amount.after);
  if (moved.length === 0) return '';
  const head = ['  Country', 'Segment', 'Band', 'Rows', 'Before', 'After'];
  const lines = moved
    .slice(0, MOST_CHANGES)
    .map(({ country, segment, band, rows, amount, currency }) => [
      `  ${printable(country)}`,
      segment,
      band,
      readable(rows),
      money(amount.before, currency.before),
      money(amount.after, currency.after),
    ]);
  const more = moved.length - lines.length;
  return table([head, ...lines], { right: [3, 4, 5] }) + (more > 0 ? `  and ${readable(more)} more\n` : '');
}

function signed(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}%`;
}
