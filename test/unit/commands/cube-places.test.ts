import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { FileServer } from '../../support/file-server.ts';
import { build, ROOT } from '../support/command.ts';
import { csv, DROPPED, PERU, TOTAL } from '../support/cube-result.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const server = await FileServer.start();
const CUBE = csv([PERU, DROPPED, TOTAL]);
const options = (name: string) => ['--out', join(folder.path, name), '--json'];

async function versionOf(path: string): Promise<string> {
  const { code, out, err } = await build(['--cube', path, ...options('out')]);
  expect(code, err).toBe(0);
  return JSON.parse(out).version;
}

/** Runs build:artifact with a cube on its standard input. */
async function piped(content: Buffer, args: readonly string[] = []) {
  const command = ['build/commands/build-artifact.ts', '--cube', '-', ...args, ...options('piped')];
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(content);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

const expected = await versionOf(folder.write('cube.csv', CUBE));

it('--cube reads an address, and its source has no secret of it', async () => {
  server.files.set('/cube.csv.zst', zstdCompressSync(CUBE));
  const path = `${server.url}/cube.csv.zst?signature=secret`;
  expect(await versionOf(path)).toBe(expected);
  const { out } = await build(['--cube', path, ...options('out')]);
  expect(JSON.parse(out).sources).toMatchObject([{ name: 'cube.csv.zst', rows: 2 }]);
});

it('--cube reads standard input', async () => {
  const { code, out, err } = await piped(gzipSync(CUBE));
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    version: expected,
    sources: [{ name: 'standard input', rows: 2 }],
  });
});

it.each([
  ['a result that ends early', Buffer.from(csv([PERU])), [], 1, "standard input: the row 'total' is missing"],
  [
    'gzip that ends early',
    gzipSync(CUBE).subarray(0, 200),
    [],
    1,
    'standard input: its compressed data is cut',
  ],
  ['standard input twice', Buffer.from(CUBE), ['--input', '-'], 2, 'standard input can be read once'],
])('--cube refuses %s', async (_, content, args, code, sentence) => {
  const outcome = await piped(content, args);
  expect(outcome).toMatchObject({ code, out: '' });
  expect(outcome.err).toContain(sentence);
});

it.each([
  ['an address with nothing there', '/none.csv?token=secret', /^error: \S+\/none\.csv: .*404/],
  ['an address of a result that is cut off', '/short.csv', /short\.csv: the row 'total' is missing/],
])('--cube refuses %s', async (_, path, sentence) => {
  server.files.set('/short.csv', Buffer.from(csv([PERU])));
  const { code, err } = await build(['--cube', server.url + path, ...options('out')]);
  expect(code).toBe(1);
  expect(err).toMatch(sentence);
  expect(err).not.toContain('secret');
});
