import { type CellDrift, CHANGED, driftBetween, MOVED } from '../../src/core/estimate/drift.ts';
import type { Compared } from '../../src/core/publish/compared.ts';
import { plural, readable } from '../../src/core/words.ts';
import { printable } from '../cli/format.ts';
import { table } from '../cli/table.ts';
import { wrap } from '../cli/wrap.ts';

/** Cells that are listed; --json has them all. */
const MOST_CELLS = 10;

/** @returns how each cell's amounts changed between two artifacts, in segments that both have; null without statistics */
export function artifactDrift(before: Compared, after: Compared): CellDrift[] | null {
  const [old, now] = [before.compiled.table.config.segments, after.compiled.table.config.segments];
  if (before.statistics === null || after.statistics === null) return null;
  const segments = Object.keys(now).filter((name) => Object.hasOwn(old, name));
  return driftBetween(before.statistics.countries, after.statistics.countries, segments.sort());
}

/** @param between what is compared: "from training to test" @returns how the cells have moved, for people */
export function driftTable(drift: readonly CellDrift[], between: string): string {
  const count = (verdict: CellDrift['verdict']) => drift.filter((cell) => cell.verdict === verdict).length;
  const verdicts =
    `Drift ${between}: ${plural(count('changed'), 'cell')} changed (index ≥ ${CHANGED}), ${readable(count('moved'))} moved ` +
    `(≥ ${MOVED}), ${readable(count('stable'))} stable, ${readable(count('thin'))} too thin to say`;
  const summary = `  ${wrap(verdicts, 2)}\n`;
  const moved = drift
    .filter(({ verdict }) => verdict === 'moved' || verdict === 'changed')
    .sort((a, b) => b.psi - a.psi)
    .slice(0, MOST_CELLS)
    .map(({ country, segment, band, psi, verdict, rows_before, rows_after }) => [
      `  ${printable(country)}`,
      segment === null ? 'all rows' : `${segment} ${band}`,
      psi.toFixed(3),
      verdict,
      readable(rows_before),
      readable(rows_after),
    ]);
  if (moved.length === 0) return summary;
  const head = ['  Country', 'Cell', 'Index', '', 'Rows before', 'Rows after'];
  return `${summary}\n${table([head, ...moved], { right: [2, 4, 5] })}`;
}
