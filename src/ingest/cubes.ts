import * as z from 'zod/mini';
import type { Source } from '../core/artifact/artifact.ts';
import type { Cube, CubeLayout } from '../core/cube/cube.ts';
import { cubeText, parseCube } from '../core/cube/cube-json.ts';
import { type FileReport, FileReportSchema } from '../core/history/unread.ts';
import { type Checked, check } from '../core/issues.ts';
import type { Bucket } from './bindings.ts';

/** A cube in the bucket, with the files that it counts. */
export interface KeptCube {
  cube: Cube;
  sources: Source[];
  reports: FileReport[];
}

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
});

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
  if (object === null) throw new Error(`expected a cube at ${key}, found nothing`);
  const read = parse(await object.text(), layout);
  if (read.ok) return read.value;
  await bucket.delete(key);
  const [first] = read.issues;
  throw new Error(`the cube at ${key} is damaged: ${first?.path || 'it'}: ${first?.message}`);
}

function parse(text: string, layout: CubeLayout): Checked<KeptCube> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, issues: [{ path: '', message: 'expected JSON' }] };
  }
  const kept = check(KeptSchema, json);
  if (!kept.ok) return kept;
  const { cube: counts, ...rest } = kept.value;
  const cube = parseCube(counts, layout);
  return cube.ok ? { ok: true, value: { cube: cube.value, ...rest } } : cube;
}
