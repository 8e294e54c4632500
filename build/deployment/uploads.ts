import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { type Run, RunSchema, RunStartedSchema } from '../../src/api/runs.ts';
import { type ListedUpload, UploadSchema, UploadsSchema } from '../../src/api/uploads.ts';
import { DataError } from '../../src/core/errors.ts';
import type { Deployment } from './deployment.ts';

const LOOK_AGAIN_MS = 500;

/** @returns the files that the artifact of a deployment is made from */
export async function listUploads({ ask }: Deployment): Promise<ListedUpload[]> {
  return z.parse(UploadsSchema, await ask('GET', '/uploads')).uploads;
}

/** Uploads a file. @param reason for the history @returns what the deployment has then */
export async function putUpload(
  { ask }: Deployment,
  name: string,
  file: Blob,
  reason: string | undefined,
): Promise<z.infer<typeof UploadSchema>> {
  const query = reason === undefined ? '' : `?${new URLSearchParams({ reason })}`;
  return z.parse(UploadSchema, await ask('PUT', path(name) + query, { body: file }));
}

/** Has a file that is set aside join, or has one looked at again. @returns the run that does it */
export async function actOnUpload(
  { ask }: Deployment,
  name: string,
  action: 'accept' | 'retry',
): Promise<string> {
  return z.parse(RunStartedSchema, await ask('POST', path(name), { body: { action } })).id;
}

export async function deleteUpload({ ask }: Deployment, name: string): Promise<void> {
  await ask('DELETE', path(name));
}

/**
 * Waits until a run has looked at an upload.
 *
 * @param seconds at most
 * @returns what is known of it; null when the time is over
 */
export function lookedAt(
  deployment: Deployment,
  { name, etag }: { name: string; etag: string },
  seconds: number,
): Promise<ListedUpload | null> {
  return until(seconds, async () => {
    const found = (await listUploads(deployment)).find((upload) => upload.name === name);
    if (found === undefined) throw new DataError(`${name} was deleted before a run looked at it.`);
    // What was moved to quarantine leaves a mark, which has another tag.
    if (found.state === 'unreadable') return found;
    if (found.etag !== etag) throw new DataError(`${name} was replaced before a run looked at it.`);
    return found.state === 'new' ? null : found;
  });
}

/** Waits until a run has ended. @param seconds at most @returns null when the time is over */
export function endOfRun({ ask }: Deployment, id: string, seconds: number): Promise<Run | null> {
  return until(seconds, async () => {
    const run = z.parse(RunSchema, await ask('GET', `/runs/${encodeURIComponent(id)}`));
    return run.state === 'waiting' || run.state === 'running' ? null : run;
  });
}

async function until<T>(seconds: number, look: () => Promise<T | null>): Promise<T | null> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null || performance.now() >= end) return found;
    await sleep(LOOK_AGAIN_MS);
  }
}

function path(name: string): string {
  return `/uploads/${encodeURIComponent(name)}`;
}
