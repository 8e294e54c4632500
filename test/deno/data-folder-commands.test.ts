import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeArtifact } from '../../build/files/artifact-files.ts';
import { artifactGiving, REQUEST } from '../support/artifacts.ts';
import { LIFECYCLE_TOKEN as TOKEN } from '../support/lifecycle-suite.ts';
import { type DenoServer, startService } from './support.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-commands-'));
const DATA = join(folder, 'data');
let server: DenoServer;
beforeAll(async () => {
  server = await startService({
    permissions: [`--allow-write=${DATA}`],
    env: { DATA, ADMIN_TOKEN: TOKEN },
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function command(...args: string[]) {
  const line = ['build/commands/artifact.ts', ...args, '--data', DATA, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, line, { cwd: ROOT });
  return JSON.parse(stdout);
}

const refused = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['build/commands/artifact.ts', ...args], { cwd: ROOT }).then(
    () => expect.fail('expected it to be refused'),
    ({ code, stderr }) => ({ code, stderr }),
  );

/** Publishes an artifact that gives an amount. @returns its version */
async function published(amount: number): Promise<string> {
  const artifact = await artifactGiving(amount);
  const file = await writeArtifact(await mkdtemp(join(folder, 'built-')), artifact);
  await command('publish', file, '--force');
  return artifact.version;
}

async function answering(): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.origin}/voucher`, {
    method: 'POST',
    headers,
    body: JSON.stringify(REQUEST),
  });
  return (await response.json()).artifact_version;
}

it('the command line publishes into the data folder of a running server, which answers from it within seconds', async () => {
  const versions: string[] = [];
  for (const amount of [10, 12]) {
    const artifact = await artifactGiving(amount);
    const file = await writeArtifact(await mkdtemp(join(folder, 'built-')), artifact);
    versions.push(artifact.version);
    expect(await command('publish', file, '--force')).toMatchObject({ published: true });
    await expect.poll(answering, { timeout: 20_000 }).toBe(artifact.version);
  }
  expect(await command('list')).toMatchObject({ pointer: { version: versions[1] } });
  await command('rollback', '--by', 'ana', '--reason', 'too much');
  await expect.poll(answering, { timeout: 20_000 }).toBe(versions[0]);

  // The server has the same history, and the hold of the roll-back.
  const authorization = `Bearer ${TOKEN}`;
  const seen = await (await fetch(`${server.origin}/versions`, { headers: { authorization } })).json();
  expect(seen.live).toMatchObject({
    version: versions[0],
    by: 'ana',
    reason: 'too much',
    hold: { by: 'ana' },
  });
  await command('release', '--by', 'bo');
  const { history } = await command('history');
  expect(history.map(({ action }: { action: string }) => action)).toEqual(
    expect.arrayContaining(['publish', 'rollback', 'release']),
  );
  expect(await readdir(join(DATA, 'tmp'))).toEqual([]);
});

it('a server without requests takes what is published, so that its first request is answered from it', async () => {
  const version = await published(14);
  // The log says so before anything was asked.
  const isLive = () => server.output().out.includes(`artifact ${version}`);
  await expect.poll(isLive, { timeout: 20_000 }).toBe(true);
  expect(await answering()).toBe(version);
});

it('an operator holds and releases, with a body and without, and Deno has nothing to say about it', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  for (const [path, body] of [
    ['/hold', null],
    ['/release', '{}'],
  ] as const) {
    const { status } = await fetch(server.origin + path, { method: 'POST', headers, body });
    expect([path, status]).toEqual([path, 200]);
  }
  expect(server.output().err).toBe(`Listening on ${server.origin}/\n`);
});

it('a folder that is no data folder is refused, and not made into one', async () => {
  const other = join(folder, 'misspelt');
  const outcome = await refused('list', '--data', other);
  expect(outcome).toEqual({ code: 1, stderr: expect.stringContaining('is not the data folder of a server') });
  expect(await readdir(folder)).not.toContain('misspelt');
});

it('--data beside another place is refused', async () => {
  const outcome = await refused('list', '--data', DATA, '--remote');
  expect(outcome).toEqual({ code: 2, stderr: expect.stringContaining('leave out --remote') });
});

it('a pointer that is damaged costs no command what is live: the history has it', async () => {
  const { pointer } = await command('list');
  await writeFile(join(DATA, 'versions/current'), 'no line of metadata');
  expect(await command('show')).toMatchObject({ version: pointer.version });
});
