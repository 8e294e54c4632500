import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { tools } from '../../../build/kv/tools.ts';
import { assembleArtifact } from '../../../src/core/artifact/assemble.ts';
import { statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { cubeOf, rawRow, shippedConfig } from '../../support/histories.ts';
import { MemoryIngestion } from '../../support/memory-ingestion.ts';
import {
  aimed,
  CLI,
  copyOf,
  EMPTY,
  expectedState,
  type File,
  type Model,
  NAMES,
  type Ordered,
  rowsOf,
  stateOf,
} from '../../support/order-model.ts';
import { keptTerminal } from '../support/terminal.ts';

vi.setConfig({ testTimeout: 600_000 });

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-orders-'));
afterAll(() => rm(folder, { recursive: true }));

/** With one segment: what comes of orders does not depend on how many there are, and what they take does. */
const { frequency_segment } = shippedConfig().segments;
const CONFIG = shippedConfig({ segments: { frequency_segment } });

/** What a build makes of files. */
async function built(files: readonly File[], sources: { name: string; sha256: string; rows: number }[] = []) {
  return assembleArtifact(cubeOf(files.flatMap(rowsOf).map(rawRow), CONFIG), sources, CONFIG);
}
const versions = new Map<string, string>();
async function versionOf(files: readonly File[]): Promise<string> {
  const key = files.toSorted().join();
  const version = versions.get(key) ?? (await built(files)).version;
  versions.set(key, version);
  return version;
}

const CLI_FILE = join(folder, 'cli.json');
const cli = await built([CLI], [{ name: CLI, sha256: 'c'.repeat(64), rows: 40 }]);
await writeFile(CLI_FILE, cli.texts.table);
await writeFile(statisticsPlace(CLI_FILE), cli.texts.statistics);

/** In memory, with the real command. */
class Deployment extends MemoryIngestion implements Ordered {
  override fork(): Deployment {
    return new Deployment(CONFIG, this.past);
  }

  publish({ force }: { force: boolean }): Promise<number> {
    const open = async () => ({ kv: this.kv, close: async () => {} });
    const group = artifactCommands(
      tools(
        open,
        () => this.now(),
        async () => null,
      ),
    );
    const past = force ? ['--force', '--reason', 'past the uploads'] : [];
    return executeGroup(group, ['publish', CLI_FILE, '--by', 'ana', ...past], keptTerminal());
  }
}

it('what is live, held and joined is what the model says, after every order of at most four', async () => {
  let orders = 0;
  const follow = async (before: Deployment, model: Model, path: string[]): Promise<void> => {
    for (const name of NAMES) {
      const order = [...path, name];
      const [deployment, next] = [before.fork(), copyOf(model)];
      const given = aimed(name, next, order.length);
      await given.give(deployment);
      await deployment.settle();
      given.model(next);
      expect([order, await stateOf(deployment)]).toEqual([order, await expectedState(next, versionOf)]);
      orders++;
      // After an order that changed nothing, the others do what they do without it, and that is followed too.
      const isSame = isDeepStrictEqual([deployment.lasting, next], [before.lasting, model]);
      if (order.length < 4 && !isSame) await follow(deployment, next, order);
    }
  };
  await follow(new Deployment(CONFIG), EMPTY, []);
  expect(orders).toBeGreaterThan(500);
});

/** Where two operators meet. */
const STARTS = [
  ['upload good', 'upload good'],
  ['upload good', 'upload refused'],
  ['upload good', 'upload good', 'roll back'],
  ['upload good', 'upload good', 'roll back', 'upload refused'],
];

it('of two operators at once one comes first: what is live is what the model says of one of the two orders', async () => {
  const failures: unknown[] = [];
  for (const start of STARTS) {
    const before = new Deployment(CONFIG);
    const model = copyOf(EMPTY);
    for (const [index, name] of start.entries()) {
      const given = aimed(name, model, index + 1);
      await given.give(before);
      await before.settle();
      given.model(model);
    }
    for (const pair of NAMES.flatMap((name) => NAMES.map((second) => [name, second] as const))) {
      const deployment = before.fork();
      const [one, other] = [aimed(pair[0], model, 5), aimed(pair[1], model, 6)];
      await Promise.all([one.give(deployment), other.give(deployment)]);
      await deployment.settle();
      const allowed = [];
      for (const order of [
        [one, other],
        [other, one],
      ]) {
        const next = copyOf(model);
        for (const given of order) given.model(next);
        allowed.push(await expectedState(next, versionOf));
      }
      const found = await stateOf(deployment);
      if (!allowed.some((state) => JSON.stringify(state) === JSON.stringify(found)))
        failures.push([start, pair, found, allowed]);
    }
  }
  expect(failures).toEqual([]);
});
