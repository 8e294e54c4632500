import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { artifactGiving, REQUEST } from '../support/artifacts.ts';
import { type DenoServer, startService } from './support.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-deno-'));
afterAll(() => rm(folder, { recursive: true }));

const hosts: Server[] = [];
afterAll(() => {
  for (const host of hosts) host.closeAllConnections();
  for (const host of hosts) host.close();
});

/** Looks for a newer artifact with every request. */
function serve(ARTIFACT: string): Promise<DenoServer> {
  return startService({ env: { ARTIFACT, REFRESH_SECONDS: '0', FIRST_WAIT_SECONDS: '60' } });
}

async function ask({ origin }: DenoServer): Promise<Record<string, unknown>> {
  const response = await fetch(`${origin}/voucher`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(REQUEST),
  });
  expect(response.status).toBe(200);
  return response.json();
}

const ready = async ({ origin }: DenoServer) => (await fetch(`${origin}/ready`)).json();

const linesOf = (server: DenoServer, having: string) =>
  server
    .output()
    .out.split('\n')
    .filter((line) => line.includes(having));

/** Whole or not at all, as the builder writes it. */
async function put(path: string, artifact: Artifact): Promise<void> {
  await writeFile(`${path}.tmp`, artifact.texts.table);
  await rename(`${path}.tmp`, path);
}

describe('ARTIFACT, a file', () => {
  it('is swapped under load without a failed or mixed answer, and outlives a torn write', async () => {
    const path = join(folder, 'current.json');
    const artifacts = await Promise.all(Array.from({ length: 12 }, (_, index) => artifactGiving(index + 1)));
    const amounts = new Map(artifacts.map(({ version }, index) => [version, index + 1]));
    await put(path, artifacts[0] as Artifact);
    const server = await serve(path);
    const answers: Record<string, unknown>[] = [];
    let swapping = true;
    const clients = Array.from({ length: 4 }, async () => {
      while (swapping) answers.push(await ask(server));
    });
    for (const artifact of artifacts) {
      await put(path, artifact);
      await expect.poll(() => answers.at(-1)?.artifact_version, { timeout: 20_000 }).toBe(artifact.version);
    }
    const last = artifacts.at(-1)?.version;
    await writeFile(path, (artifacts[0] as Artifact).texts.table.slice(0, 1000));
    await expect.poll(async () => (await ready(server)).fault?.code, { timeout: 20_000 }).toBe('malformed');
    expect(await ask(server)).toMatchObject({ artifact_version: last });
    await rm(path);
    await expect.poll(async () => (await ready(server)).fault?.code, { timeout: 20_000 }).toBe('unreachable');
    await put(path, artifacts[0] as Artifact);
    await expect.poll(async () => (await ready(server)).fault, { timeout: 20_000 }).toBeNull();
    expect(await ready(server)).toMatchObject({ origin: 'file', version: artifacts[0]?.version });

    swapping = false;
    await Promise.all(clients);
    const mixed = answers.filter(
      (answer) => amounts.get(String(answer.artifact_version)) !== answer.voucher_amount,
    );
    expect(mixed).toEqual([]);
    expect(await server.stop()).toBe(143);
    const errors = linesOf(server, '"log.level":"error"');
    expect(errors.map((line) => JSON.parse(line)['error.code'])).toEqual(['malformed', 'unreachable']);
  });

  it('that is not there at the start leaves the bundled artifact', async () => {
    const path = join(folder, 'later.json');
    const server = await serve(path);
    expect(await ready(server)).toMatchObject({
      origin: 'bundled',
      version: bundled.version,
      fault: { code: 'unreachable' },
    });
    await copyFile(join(folder, 'current.json'), path);
    await expect.poll(async () => (await ready(server)).origin, { timeout: 20_000 }).toBe('file');
    for (let look = 0; look < 5; look++) await ready(server);
    await server.stop();
    expect(linesOf(server, 'is live')).toHaveLength(1);
  });
});

describe('ARTIFACT, a URL', () => {
  it('is fetched again when its ETag changes, and only then', async () => {
    const artifacts = await Promise.all([artifactGiving(1), artifactGiving(2)]);
    let served = artifacts[0];
    let sent = 0;
    let asked = 0;
    const host = createServer((request, response) => {
      const etag = `"${served.version}"`;
      asked++;
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
      sent++;
      response.writeHead(200, { etag }).end(served.texts.table);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const address = host.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const server = await serve(`http://127.0.0.1:${port}/artifact.json?key=secret`);
    for (const artifact of artifacts) {
      served = artifact;
      await expect
        .poll(async () => (await ready(server)).version, { timeout: 20_000 })
        .toBe(artifact.version);
    }
    await expect.poll(() => ask(server).then(() => asked), { timeout: 20_000 }).toBeGreaterThan(6);
    expect(sent).toBe(2);
    expect(JSON.stringify(await ready(server))).not.toContain('secret');
    await server.stop();
    expect(server.output().out).not.toContain('secret');
    expect(linesOf(server, 'is live')).toHaveLength(2);
    host.close();
  });

  it('is waited for before the first request is taken, though its host is slow', async () => {
    const { version, texts } = await artifactGiving(1);
    const host = createServer((_request, response) => {
      setTimeout(() => response.end(texts.table), 1_000);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    hosts.push(host);
    const address = host.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const server = await startService({ env: { ARTIFACT: `http://127.0.0.1:${port}/artifact.json` } });
    expect(await ask(server)).toMatchObject({ artifact_version: version });
    await server.stop();
  });

  it('is read no further than an artifact may be large, and has to be there', async () => {
    const server = await serve(await endlessHost('/endless'));
    await expect.poll(async () => (await ready(server)).fault?.code, { timeout: 20_000 }).toBe('too_large');
    expect(await ask(server)).toMatchObject({ artifact_version: bundled.version });
    await server.stop();
    const other = await serve(await endlessHost('/nowhere'));
    await expect.poll(async () => (await ready(other)).fault?.code, { timeout: 20_000 }).toBe('missing');
    await other.stop();
  });
});

/** A host that answers one path with a body that never ends. @returns a URL of it */
async function endlessHost(path: string): Promise<string> {
  const host = createServer((request, response) => {
    if (request.url !== '/endless') return void response.writeHead(404).end();
    const piece = Buffer.alloc(256 * 1024, ' ');
    const send = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', send);
    send();
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  hosts.push(host);
  const address = host.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}${path}`;
}
