import type { LookedAt } from '../api/runs.ts';
import { assembleArtifact } from '../core/artifact/assemble.ts';
import type { Config } from '../core/config/config.ts';
import { cubeLayout, qualityOf } from '../core/cube/cube.ts';
import { compileArtifact } from '../core/decide/compile.ts';
import { DataError } from '../core/errors.ts';
import { unreadableObjections, whyLost } from '../core/estimate/readable.ts';
import type { Compared } from '../core/publish/compared.ts';
import { diffArtifacts } from '../core/publish/diff.ts';
import { objectionsTo } from '../core/publish/guards.ts';
import { previewOf } from '../core/publish/preview.ts';
import { shareDropped } from '../core/shares.ts';
import { formatTime } from '../core/time.ts';
import { percent } from '../core/words.ts';
import { type RunContext, reasonOf } from './context.ts';
import { AT_EDGE } from './count.ts';
import { addTo, emptySum, type KeptCube, keepCube, keptCube } from './cubes.ts';
import { readManifest } from './manifest.ts';
import { sumKey } from './names.ts';
import { overlapOf } from './row-sample.ts';

/** The share of its rows with which a file counts as there already. */
const NEARLY_ALL = 0.9;

/**
 * Looks at new uploads, each alone, before they join the history: what is in it, and what it would change. It joins the
 * sum of those before it unless something speaks against it.
 *
 * @param from the first of them among the new ones
 * @param count of those that are looked at
 * @param at the number of the sum that they are added to: where one of them joins, the sum with them is the next one
 */
export async function look(
  context: RunContext,
  from: number,
  count: number,
  at: number,
): Promise<LookedAt[]> {
  const { bucket, config, id } = context;
  const layout = cubeLayout(config);
  let history: History = { sum: await keptCube(bucket, sumKey(id, at), layout) };
  const before = history.sum;
  const all: LookedAt[] = [];
  for (const { name, etag, cube } of (await readManifest(context, 'taken', 'new')).slice(
    from,
    from + count,
  )) {
    const file = await keptCube(bucket, cube, layout);
    const { rows_read, rows_kept } = qualityOf(file.cube.countries.values());
    const reasons = [...aloneReasons(file, config), ...sameRowsReasons(file, history.sum)];
    const both: History = { sum: emptySum(layout) };
    const found =
      rows_kept === 0 && reasons.length > 0 ? NOT_COMPARED : await changesWith(history, file, both, config);
    reasons.push(...found.reasons);
    const state = reasons.length === 0 ? 'joined' : 'set_aside';
    all.push({
      name,
      etag,
      state,
      reasons,
      changes: found.changes,
      rows_read,
      rows_kept,
      first_timestamp: timeOf(file.cube.firstTimestamp),
      last_timestamp: timeOf(file.cube.lastTimestamp),
    });
    if (state === 'joined') history = both;
  }
  if (history.sum !== before) await keepCube(bucket, sumKey(id, at + 1), history.sum);
  return all;
}

/** The files that have joined so far, and what they are made into once that was asked for. */
interface History {
  sum: KeptCube;
  made?: Compared;
}

/** What speaks against a file by itself. */
function aloneReasons({ cube, reports }: KeptCube, config: Config): string[] {
  const { rows_read, rows_kept } = qualityOf(cube.countries.values());
  const reason = whyLost(reports, config);
  const why = reason ? `: ${reason}` : '';
  const unreadable = unreadableObjections(cube, reports, config);
  // Of a handful of rows no share means anything.
  if (rows_read < config.guards.smallest_cell) return unreadable;
  if (rows_kept === 0) return [`None of its ${rows_read} rows can be kept${why}`];
  const most = config.guards.largest_share_dropped;
  const dropped = shareDropped({ rows_read, rows_kept });
  if (dropped <= most) return unreadable;
  const tooMany = `${percent(dropped)} of its rows are dropped, at most ${percent(most)} may be (guards.largest_share_dropped)${why}`;
  return [tooMany, ...unreadable];
}

function sameRowsReasons(file: KeptCube, sum: KeptCube): string[] {
  const overlap = overlapOf(file.sample, sum.sample);
  const other = overlap && sum.sources[overlap.file];
  if (!other || overlap.share < NEARLY_ALL) return [];
  return [
    `${percent(overlap.share)} of the rows of the smaller one are both in it and in ${other.name}, and would count twice: delete one of the two, or accept this one if they are different rows`,
  ];
}

/** What speaks against a file, and what it would change. */
type Comparison = Pick<LookedAt, 'reasons' | 'changes'>;
const NOT_COMPARED: Comparison = { reasons: [], changes: null };

/**
 * What the guards say of the history with the file, compared with the history without it.
 *
 * @param both becomes the history with the file
 */
async function changesWith(
  history: History,
  file: KeptCube,
  both: History,
  config: Config,
): Promise<Comparison> {
  try {
    addTo(both.sum, history.sum);
    addTo(both.sum, file);
    // With next to nothing to compare with, the guards of publishing compare with what is live.
    if (qualityOf(history.sum.cube.countries.values()).rows_kept < config.guards.smallest_cell) {
      return NOT_COMPARED;
    }
    history.made ??= await compared(history.sum, config);
    both.made = await compared(both.sum, config);
    const diff = diffArtifacts(history.made, both.made);
    const reasons = objectionsTo(diff, config.guards).map(
      ({ guard, message }) => `${message} (guards.${guard})`,
    );
    return { reasons, changes: previewOf(diff) };
  } catch (error) {
    if (error instanceof DataError) return { reasons: [reasonOf(error)], changes: null };
    throw error;
  }
}

async function compared({ cube, sources }: KeptCube, config: Config): Promise<Compared> {
  const { table, statistics } = await assembleArtifact(cube, sources, config, AT_EDGE);
  return { compiled: compileArtifact(table), statistics };
}

function timeOf(seconds: number | null): string | null {
  return seconds === null ? null : formatTime(seconds);
}
