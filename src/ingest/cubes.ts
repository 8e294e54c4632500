import * as z from 'zod/mini';
import type { Source } from '../core/artifact/statistics.ts';
import { Cube, type CubeLayout } from '../core/cube/cube.ts';
import { cubeText, parseCube } from '../core/cube/cube-json.ts';
import { type FileReport, FileReportSchema } from '../core/cube/file-report.ts';
import { type Checked, check, firstIssue } from '../core/issues.ts';
import { parseJson } from '../core/parse-json.ts';
import type { Bucket } from './bindings.ts';
import { MOST_CELLS_AT_EDGE } from './count.ts';
import { type RowSample, RowSampler, SAMPLED_ROWS } from './row-sample.ts';

/** A cube in the bucket, with the files that it counts. */
export interface KeptCube {
  cube: Cube;
  sources: Source[];
  reports: FileReport[];
  /** Of their rows; a row's file is its place among the sources. */
  sample: RowSample;
}

/** A tuple of zod would be half a kilobyte more of the Worker. */
const Sampled = z.custom<RowSample['rows'][number]>(
  (row) => Array.isArray(row) && row.length === 2 && row.every(Number.isFinite),
);

const KeptSchema = z.strictObject({
  cube: z.unknown(),
  sources: z.array(
    z.strictObject({
      name: z.string(),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      rows: z.int().check(z.gte(0)),
    }),
  ),
  reports: z.array(FileReportSchema),
  sample: z.strictObject({ below: z.number(), rows: z.array(Sampled) }),
});

/** @returns the sum of no files */
export function emptySum(layout: CubeLayout): KeptCube {
  return {
    cube: new Cube(layout, MOST_CELLS_AT_EDGE),
    sources: [],
    reports: [],
    sample: new RowSampler(SAMPLED_ROWS.sum).sample(),
  };
}

/** Adds a file, or the sum of files, to a sum. @throws DataError for more cells than fit */
export function addTo(sum: KeptCube, { cube, sources, reports, sample }: KeptCube): void {
  const sampler = new RowSampler(SAMPLED_ROWS.sum);
  sampler.merge(sum.sample);
  sampler.merge(sample, sum.sources.length);
  sum.sample = sampler.sample();
  sum.cube.merge(cube);
  sum.sources.push(...sources);
  sum.reports.push(...reports);
}

/** Puts a cube into the bucket, where {@link keptCube} finds it. */
export async function keepCube(bucket: Bucket, key: string, { cube, ...rest }: KeptCube): Promise<void> {
  await bucket.put(key, `{"cube":${cubeText(cube)},${JSON.stringify(rest).slice(1)}\n`);
}

/**
 * @returns a cube that was kept
 * @throws Error when it is gone or damaged; it is deleted, so that the next run counts its file again
 */
export async function keptCube(bucket: Bucket, key: string, layout: CubeLayout): Promise<KeptCube> {
  const object = await bucket.get(key);
  if (object === null) throw new Error(`there is no cube at ${key}`);
  const read = parse(await object.text(), layout);
  if (read.ok) return read.value;
  await bucket.delete(key);
  throw new Error(`the cube at ${key} is damaged: ${firstIssue(read.issues, 'it')}`);
}

function parse(text: string, layout: CubeLayout): Checked<KeptCube> {
  const json = parseJson(text);
  if (json === undefined) return { ok: false, issues: [{ path: '', message: 'expected JSON' }] };
  const kept = check(KeptSchema, json);
  if (!kept.ok) return kept;
  const { cube: counts, ...rest } = kept.value;
  const cube = parseCube(counts, layout);
  return cube.ok ? { ok: true, value: { cube: cube.value, ...rest } } : cube;
}
