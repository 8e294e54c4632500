import { env } from 'cloudflare:workers';
import { isDeepStrictEqual } from 'node:util';
import { expect, inject, it, vi } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import { createApp } from '../../src/app.ts';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { assembleArtifact } from '../../src/core/artifact/assemble.ts';
import { compileArtifact } from '../../src/core/decide/compile.ts';
import { diffArtifacts } from '../../src/core/publish/diff.ts';
import { objectionsTo } from '../../src/core/publish/guards.ts';
import { livePointer, publish } from '../../src/core/publish/publish.ts';
import { storedArtifact } from '../../src/core/publish/versions.ts';
import { consume, patrol } from '../../src/ingest/triggers.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { deployedConfig } from '../../src/platform/deployed-config.ts';
import { withRoutes } from '../../src/routes/ingestion.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import { assetStatistics, deployedBody } from '../../src/store/deployed.ts';
import { countRows, rawRow } from '../support/cubes.ts';
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
  SAMPLE,
  stateOf,
} from '../support/order-model.ts';
import { realKv } from './support/kv.ts';
import { afresh, emptied, idle, ingestion } from './support/pipeline.ts';

afresh();

async function built(files: readonly File[]): Promise<Artifact> {
  const sources = files.map((name) => ({ name, sha256: 'c'.repeat(64), rows: rowsOf(name).length }));
  return assembleArtifact(
    countRows(files.flatMap(rowsOf).map(rawRow), deployedConfig),
    sources,
    deployedConfig,
  );
}

/** What is live before anything is published: the sample that the Worker is bundled with, which no guard compares with. */
const START: Model = { ...EMPTY, pile: [[SAMPLE]] };

const versions = new Map<string, Promise<string>>([[SAMPLE, Promise.resolve(bundled.version)]]);
function versionOf(files: readonly File[]): Promise<string> {
  const key = files.toSorted().join();
  const version = versions.get(key) ?? built(files).then((artifact) => artifact.version);
  versions.set(key, version);
  return version;
}

const sample = deployedBody(assetStatistics(env.ASSETS));

/** The real bindings: R2, KV, the Durable Object and workflows. */
function deployment(): Ordered {
  const { bucket, sequencer } = ingestion();
  let messages: { body: unknown }[] = [];
  const app = createApp({
    store: bundledStore(null),
    clock: systemClock,
    log: () => {},
    adminToken: 'token',
    kv: realKv(),
    ingestion: withRoutes({
      bucket,
      sequencer,
      events: { send: async (body) => void messages.push({ body }) },
    }),
  });
  return {
    kv: realKv(),
    async ask(method, path, body) {
      const text = typeof body === 'object' ? JSON.stringify(body) : body;
      const headers: Record<string, string> = {
        authorization: 'Bearer token',
        'content-type': 'application/json',
        ...(text !== undefined && { 'content-length': String(text.length) }),
      };
      const response = await app.request(`http://localhost${path}`, { method, headers, body: text ?? null });
      const answer = await response.text();
      return { status: response.status, body: answer === '' ? null : JSON.parse(answer) };
    },
    /** What the command does between its words. */
    async publish({ force }) {
      const kv = realKv();
      const pointer = await livePointer(kv);
      const artifact = await built([CLI]);
      const isSample = pointer?.version === bundled.version;
      const live = pointer && !isSample ? await storedArtifact(kv, pointer.version) : null;
      const after = { compiled: compileArtifact(artifact.table), statistics: artifact.statistics };
      const diff = diffArtifacts(live?.ok ? live : null, after);
      if (!force && objectionsTo(diff, deployedConfig.guards).length > 0) return;
      await publish(kv, artifact, { by: 'ana', now: Date.now(), bundled: sample }).catch(() => null);
    },
    cron: () => patrol(bucket, deployedConfig, sequencer),
    async settle() {
      const batch = messages;
      messages = [];
      if (batch.length > 0) await consume({ messages: batch }, sequencer);
      if ((await sequencer.runs()).length > 0) await idle();
    },
  };
}

const LENGTH = inject('longestOrder');
vi.setConfig({ testTimeout: 120_000 * NAMES.length ** Math.max(0, LENGTH - 2) });

/** @returns whether an order does something where nothing was done yet; the others do after one that does nothing what they do without it */
function doesSomething(name: string): boolean {
  const next = copyOf(START);
  aimed(name, next, 1).model(next);
  return !isDeepStrictEqual(next, START);
}

/** @returns an order, or all that begin with it, each of which shows on its way what the shorter ones do */
function beginningWith(order: string[]): string[][] {
  if (order.length >= LENGTH) return [order];
  return NAMES.flatMap((name) => beginningWith([...order, name]));
}

it.each(NAMES)(
  `after every order of at most ${LENGTH} that begins with %s, what is live is what the model says`,
  async (first) => {
    for (const order of doesSomething(first) ? beginningWith([first]) : [[first]]) {
      const to = deployment();
      const model = copyOf(START);
      for (const [index, name] of order.entries()) {
        const given = aimed(name, model, index + 1);
        await given.give(to);
        await to.settle();
        given.model(model);
        // Without a pointer the bundled version answers.
        const state = await stateOf(to);
        const seen = { ...state, live: state.live ?? bundled.version };
        const sofar = order.slice(0, index + 1);
        expect([sofar, seen]).toEqual([sofar, await expectedState(model, versionOf)]);
      }
      await emptied();
    }
  },
);
