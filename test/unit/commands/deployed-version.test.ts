import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { tools } from '../../../build/kv/tools.ts';
import { createApp } from '../../../src/app.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import { livePointer } from '../../../src/core/publish/publish.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { bundledStore } from '../../../src/store/bundled.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { type Listening, listen } from '../../support/listen.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { keptTerminal } from '../support/terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-deployed-'));
afterAll(() => rm(folder, { recursive: true }));

const giving = (amount: number) => artifactGiving(amount, { rows: 40 });
const [ten, twelve, hundred] = [await giving(10), await giving(12), await giving(100)];
const TWELVE = join(folder, 'twelve.json');
await writeFile(TWELVE, twelve.texts.table);
await writeFile(statisticsPlace(TWELVE), twelve.texts.statistics);

const started: Listening[] = [];
afterEach(async () => {
  for (const { stop } of started.splice(0)) await stop();
});

/** A deployment to which nothing was published. @returns its URL */
async function deploymentOf(bundled: Artifact | null, origin?: string): Promise<string> {
  const compiled = bundled && compileArtifact(bundled.table);
  const store =
    compiled === null || origin === undefined
      ? bundledStore(bundled?.table ?? null)
      : {
          current: () => ({ ok: true, compiled, origin }) as const,
          statistics: async () => ({ ok: false, detail: 'lost' }) as const,
        };
  const app = createApp({ store, clock: systemClock, log: () => {} });
  const listening = await listen(async (request) => app.fetch(request));
  started.push(listening);
  return listening.origin;
}

/** A namespace to which nothing was published, and the commands in a checkout. @param checkout its artifact */
function namespace(checkout: Artifact | null) {
  const kv = memoryKv();
  const group = artifactCommands(
    tools(
      async () => ({ kv, close: async () => {} }),
      Date.now,
      async () => checkout && { ...checkout, compiled: compileArtifact(checkout.table) },
    ),
  );
  return {
    kv,
    async run(...args: string[]) {
      const terminal = keptTerminal();
      return { code: await executeGroup(group, args, terminal), ...terminal.text };
    },
  };
}

it('the first publish says which version it assumes to be deployed', async () => {
  const { run } = namespace(ten);
  expect(await run('publish', TWELVE, '--dry-run')).toMatchObject({
    code: 0,
    err: expect.stringContaining(
      `note: Nothing is published yet, and the deployment is assumed to answer from artifacts/current.json, version ${ten.version}. --url URL asks it.`,
    ),
  });
  expect((await namespace(null).run('publish', TWELVE)).err).toContain('there is no artifacts/current.json');
});

it('a first publish of the version of the checkout warns that no guard compared it with anything', async () => {
  const { run } = namespace(twelve);
  const { code, err, out } = await run('publish', TWELVE, '--json');
  expect(code).toBe(0);
  expect(err).toContain(
    'warning: The version to publish is the one that the deployment is assumed to answer',
  );
  expect(JSON.parse(out).not_compared).toMatch(/no guard compared it/);
});

it('the first publish with --url is compared with the version that the deployment answers from', async () => {
  const url = await deploymentOf(hundred);
  const { kv, run } = namespace(hundred);
  const { code, err } = await run('publish', TWELVE, '--url', url);
  expect(code).toBe(1);
  expect(err).toContain('(guards.largest_mean_change)');
  expect(err).not.toContain('assumed');
  expect(await livePointer(kv)).toBeNull();
  expect((await run('history', '--url', url)).out).toContain(hundred.version);
});

it('the first publish is refused when the deployment answers from a version that the checkout lacks', async () => {
  const url = await deploymentOf(hundred);
  const { kv, run } = namespace(twelve);
  const refused = await run('publish', TWELVE, '--url', url);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(
    new RegExp(
      `refused: The deployment answers from ${hundred.version}, .* POST /hold and then POST /release`,
    ),
  );
  expect(await run('hold', '--url', url)).toMatchObject({ code: 1 });
  expect(await livePointer(kv)).toBeNull();
  expect((await run('history', '--url', url)).out).toMatch(new RegExp(`${hundred.version} +bundled`));

  expect(await run('publish', TWELVE, '--url', url, '--force')).toMatchObject({ code: 0 });
  // A version that the checkout does not have is not written down as another one.
  expect(await livePointer(kv)).toMatchObject({ version: twelve.version, previous: null });
});

it('a deployment without a version of its own is not compared with that of the checkout', async () => {
  const { run } = namespace(hundred);
  expect(await run('publish', TWELVE, '--url', await deploymentOf(null))).toMatchObject({ code: 0 });
  expect((await run('history')).out).not.toContain(hundred.version);
});

it.each([
  [
    'answers from a version that was published elsewhere',
    () => deploymentOf(ten, 'kv'),
    1,
    /--remote, --env/,
  ],
  ['does not answer', async () => 'http://127.0.0.1:9', 1, /does not answer/],
  ['is no URL', async () => 'nowhere', 2, /expected a URL/],
])('nothing is published when the deployment that --url names %s', async (_, where, code, message) => {
  const { kv, run } = namespace(ten);
  expect(await run('publish', TWELVE, '--url', await where())).toMatchObject({
    code,
    err: expect.stringMatching(message),
  });
  expect(await livePointer(kv)).toBeNull();
});
