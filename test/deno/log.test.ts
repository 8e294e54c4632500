import { constants } from 'node:fs';
import { type FileHandle, mkdtemp, open, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { REQUEST } from '../support/artifacts.ts';
import { execFileSync } from '../support/children.ts';
import { MAY_MOUNT, mountSmall } from '../unit/support/mounts.ts';
import { type DenoServer, startService } from './support.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-log-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const pipeAt = (name: string) => {
  execFileSync('mkfifo', [join(folder, name)]);
  return join(folder, name);
};

/** Starts a service whose log goes to a file, a pipe or a device. */
async function logInto(file: FileHandle): Promise<DenoServer> {
  const server = await startService({ stdout: file.fd });
  await file.close();
  return server;
}

/** @returns the statuses of many requests, sixteen at a time */
async function statuses({ origin }: DenoServer, requests: number): Promise<Set<number>> {
  const seen = new Set<number>();
  let left = requests;
  const client = async () => {
    while (left-- > 0) {
      const response = await fetch(`${origin}/voucher`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(REQUEST),
      });
      seen.add(response.status);
      await response.body?.cancel();
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return seen;
}

/** More lines than a pipe holds. */
const MANY = 500;
const ALL_GOOD = new Set([200]);

describe('a log that cannot be written never stops an answer', () => {
  it('when the pipe is not read', async () => {
    const path = pipeAt('stalled');
    const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const server = await logInto(await open(path, 'w'));
    expect(await statuses(server, MANY)).toEqual(ALL_GOOD);
    expect(await server.stop()).toBe(143);
    const { buffer, bytesRead } = await reader.read(Buffer.alloc(1 << 20));
    await reader.close();
    const [first = ''] = buffer.toString('utf8', 0, bytesRead).split('\n');
    expect(JSON.parse(first)).toMatchObject({ 'http.response.status_code': 200 });
  });

  it('when the reader of the pipe goes away', async () => {
    const path = pipeAt('gone');
    const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const server = await logInto(await open(path, 'w'));
    expect(await statuses(server, 50)).toEqual(ALL_GOOD);
    await reader.close();
    expect(await statuses(server, MANY)).toEqual(ALL_GOOD);
    expect(await server.stop()).toBe(143);
    expect(server.output().err).not.toMatch(/error|uncaught/i);
  });

  it('when the device is always full', async () => {
    const server = await logInto(await open('/dev/full', 'w'));
    expect(await statuses(server, MANY)).toEqual(ALL_GOOD);
    expect(await server.stop()).toBe(143);
    expect(server.output().err).not.toMatch(/error|uncaught/i);
  });

  it.skipIf(!MAY_MOUNT)(
    `when the disk is full, and is whole and goes on when there is room${MAY_MOUNT ? '' : ' (skipped: nothing may be mounted here)'}`,
    async () => {
      const disk = join(folder, 'disk');
      mountSmall(disk, 'size=256k');
      await writeFile(join(disk, 'other'), Buffer.alloc(128 * 1024));
      const server = await logInto(await open(join(disk, 'log'), 'a'));
      expect(await statuses(server, MANY)).toEqual(ALL_GOOD);
      const linesOf = async () => (await readFile(join(disk, 'log'), 'utf8')).split('\n');
      const before = (await linesOf()).length;
      await unlink(join(disk, 'other'));
      await expect.poll(async () => (await linesOf()).length, { timeout: 100_000 }).toBeGreaterThan(before);
      expect(await server.stop()).toBe(143);
      const lines = (await linesOf()).slice(0, -1);
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ 'service.name': 'voucher-edge' });
    },
  );
});
