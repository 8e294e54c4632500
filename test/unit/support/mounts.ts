import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { spawnSync } from '../../support/children.ts';

/** Whether this process may mount a file system, as root of a Linux machine may. */
export const MAY_MOUNT =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

/** Mounts a small file system in memory on a folder, for one test. */
export function mountSmall(path: string, options: string): void {
  mkdirSync(path, { recursive: true });
  mount(['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  onTestFinished(() => {
    spawnSync('umount', ['-l', path]);
  });
}

/** Makes a mounted file system read-only. */
export function makeReadOnly(path: string): void {
  mount(['-o', 'remount,ro', path]);
}

function mount(args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args);
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}
