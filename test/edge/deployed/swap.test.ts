import { reset } from 'cloudflare:test';
import { exports } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import bundled from '../../../artifacts/current.json' with { type: 'json' };
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { change, publish } from '../../../src/core/publish/publish.ts';
import { kvSource } from '../../../src/store/kv.ts';
import { TIMES } from '../../../src/store/refreshing.ts';
import { artifactGiving, REQUEST } from '../../support/artifacts.ts';
import { type Answer, refreshed } from '../../support/refreshed.ts';
import { counted, realKv } from '../support/kv.ts';

afterEach(reset);

const VERSIONS = 50;

/** Lets others go on: timers and answers. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('swapping artifacts under load', () => {
  it('fails no call, answers each from one version, and shows the newest within the refresh time', async () => {
    const kv = realKv();
    const artifacts: Artifact[] = [];
    for (let amount = 1; amount <= VERSIONS; amount++) artifacts.push(await artifactGiving(amount));
    const amounts = new Map(artifacts.map(({ version }, index) => [version, index + 1]));
    const { ask, clock, settled } = refreshed({ source: kvSource(kv), bundled });
    await publish(kv, artifacts[0] as Artifact, { by: 'test', now: clock.now() });

    const answers: Answer[] = [];
    let swapping = true;
    const client = async () => {
      while (swapping) {
        answers.push(await ask());
        await turn();
      }
    };
    const clients = Array.from({ length: 8 }, client);
    const late: string[] = [];
    for (const [index, artifact] of artifacts.entries()) {
      const mover = { by: 'test', now: clock.now() };
      const back = index % 7 === 6;
      if (back) await change(kv, { action: 'rollback', version: null }, mover);
      // What was rolled back to is held until it is released.
      const { pointer } = await (back
        ? change(kv, { action: 'release', version: null }, mover)
        : publish(kv, artifact, mover));
      clock.advance(TIMES.refresh);
      // The answer that starts the refresh may be of the version before; those after the refresh may not.
      for (const before = answers.length; answers.length < before + 2 * clients.length; ) await turn();
      await settled();
      const { version } = await ask();
      if (version !== pointer.version) late.push(pointer.version);
    }
    swapping = false;
    await Promise.all(clients);

    expect(late).toEqual([]);
    expect(answers.length).toBeGreaterThan(VERSIONS * clients.length);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const mixed = answers.filter(
      ({ version, body }) =>
        body.artifact_version !== version || amounts.get(version ?? '') !== body.voucher_amount,
    );
    expect(mixed).toEqual([]);
    // Less than half a minute old, but for an answer that waited for its refresh to begin.
    expect(Math.max(...answers.map(({ checkAge }) => checkAge))).toBeLessThanOrEqual(TIMES.refresh / 1000);
  });

  it('reads nothing for a warm request, and one small key every half a minute', async () => {
    const { kv, reads } = counted(realKv());
    const { ask, clock, settled } = refreshed({ source: kvSource(kv), bundled });
    const artifact = await artifactGiving(7);
    await publish(realKv(), artifact, { by: 'test', now: clock.now() });
    await ask();
    expect(reads).toEqual(['current', `artifact:${artifact.version}`]);
    reads.length = 0;
    for (let second = 0; second < 300; second++) {
      for (let call = 0; call < 5; call++) await ask();
      await settled();
      clock.advance(1000);
    }
    expect(reads).toEqual(Array.from({ length: 9 }, () => 'current'));
  });

  it('loads once for all requests that come before there is an artifact', async () => {
    const { kv, reads } = counted(realKv());
    const { ask } = refreshed({ source: kvSource(kv), bundled });
    const artifact = await artifactGiving(7);
    await publish(realKv(), artifact, { by: 'test', now: Date.now() });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([artifact.version]));
    expect(reads).toHaveLength(2);
  });
});

describe('the Worker', () => {
  it('serves what is published to its binding', async () => {
    const artifact = await artifactGiving(7);
    await publish(realKv(), artifact, { by: 'test', now: Date.now() });
    const response = await exports.default.fetch('https://voucher.test/voucher', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(REQUEST),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-check-age')).toBe('0');
    expect(await response.json()).toMatchObject({ voucher_amount: 7, artifact_version: artifact.version });
    const ready = await exports.default.fetch('https://voucher.test/ready');
    expect(await ready.json()).toMatchObject({
      origin: 'kv',
      version: artifact.version,
      check: { overdue: false },
    });
  });
});
