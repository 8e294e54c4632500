import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { sealArtifact } from '../../../src/core/artifact/artifact.ts';
import { loadTable } from '../../../src/core/decide/load.ts';
import {
  listBodies,
  PART_CHARACTERS,
  readStoredStatistics,
  statisticsKey,
  tableKey,
} from '../../../src/core/publish/bodies.ts';
import { listEntries, liveBetween, liveSpans } from '../../../src/core/publish/history.ts';
import { parseEntry } from '../../../src/core/publish/pointer.ts';
import { prune } from '../../../src/core/publish/prune.ts';
import { change, livePointer, publish } from '../../../src/core/publish/publish.ts';
import { diffVersions, livePair, storedArtifact } from '../../../src/core/publish/versions.ts';
import { bundledStore } from '../../../src/store/bundled.ts';
import { type ArtifactKv, kvSource } from '../../../src/store/kv.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { type MemoryKv, memoryKv } from '../../support/memory-kv.ts';

// A busy machine may take its time.
vi.setConfig({ testTimeout: 120_000 });

const [A, B, C] = await Promise.all([10, 20, 30].map((amount) => artifactGiving(amount)));
if (!A || !B || !C) throw new Error('three artifacts');
const VERSIONS = [A, B, C];
const at = (day: number) => ({ by: 'ana@desk', now: Date.UTC(2026, 10, day) });

describe('publishing', () => {
  it('notes the move, writes the body, reads it back, and moves the pointer last', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const writes = kv.calls.filter((call) => call.startsWith('put'));
    expect(writes).toEqual([
      `put history:2026-11-01T00:00:00.000Z:publish:${A.version}`,
      `put ${statisticsKey(A.version)}`,
      `put ${tableKey(A.version)}`,
      'put current',
    ]);
    const readBack = kv.calls.indexOf(`get ${tableKey(A.version)}`);
    expect(readBack).toBeGreaterThan(kv.calls.indexOf(writes[2] ?? ''));
    expect(readBack).toBeLessThan(kv.calls.indexOf('put current'));
  });

  it('leaves a pointer that says what is live, since when, by whom, why and what was before', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    await publish(kv, B, { ...at(2), reason: 'spring' });
    expect(JSON.parse(kv.values.get('current')?.value ?? '')).toEqual({
      version: B.version,
      action: 'publish',
      at: '2026-11-02T00:00:00.000Z',
      history_source: 'command_line',
      by: 'ana@desk',
      reason: 'spring',
      previous: A.version,
      previous_at: '2026-11-01T00:00:00.000Z',
      live_since: '2026-11-02T00:00:00.000Z',
      hold: null,
      run: null,
    });
  });

  it('moves nothing the second time, and the body counts as written then', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const { metadata, ...before } = Object.fromEntries(kv.values)[tableKey(A.version)] ?? {};
    const own = [tableKey(A.version), statisticsKey(A.version)];
    const others = () => [...kv.values].filter(([key]) => !own.includes(key));
    const unmoved = others();
    expect(await publish(kv, A, at(2))).toMatchObject({ moved: false, pointer: { version: A.version } });
    expect(others()).toEqual(unmoved);
    expect(kv.values.get(tableKey(A.version))).toEqual({
      ...before,
      metadata: { ...(metadata as object), written_at: '2026-11-02T00:00:00.000Z' },
    });
  });

  it.each([
    ['published again', (kv: MemoryKv) => publish(kv, A, at(9))],
    ['rolled back to', (kv: MemoryKv) => change(kv, { action: 'rollback', version: A.version }, at(9))],
  ])('what is %s has the body that it had, stored when it first was', async (_, again) => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const first = kv.values.get(tableKey(A.version));
    for (const artifact of [B, C]) await publish(kv, artifact, at(2));
    await again(kv);
    expect(kv.values.get(tableKey(A.version))).toEqual({
      value: first?.value,
      metadata: { ...(first?.metadata as object), written_at: '2026-11-09T00:00:00.000Z' },
    });
  });

  it('puts a damaged body right', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    kv.values.set(tableKey(A.version), { value: A.texts.table.slice(0, -40) });
    await publish(kv, A, at(2));
    expect(kv.values.get(tableKey(A.version))?.value).toBe(A.texts.table);
  });

  it('moves nothing when the body does not read back as it was written', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    kv.before = (call) => {
      if (call === `get ${tableKey(B.version)}`) kv.values.set(tableKey(B.version), { value: '{}' });
    };
    await expect(publish(kv, B, at(2))).rejects.toThrow(
      `artifact ${B.version} was written, but reads back wrong`,
    );
    const pointer = await livePointer(kv);
    expect(pointer?.version).toBe(A.version);
    expect(liveSpans(await listEntries(kv), pointer)).toHaveLength(1);
  });

  it('repairs a pointer that is rubbish from the history', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const sound = kv.values.get('current')?.value;
    kv.values.set('current', { value: '<html>' });
    await publish(kv, A, at(2));
    expect(kv.values.get('current')?.value).toBe(sound);
    kv.values.set('current', { value: '{}' });
    expect(await publish(kv, B, at(3))).toMatchObject({ pointer: { previous: A.version } });
  });

  it.each([
    ['a name', 'ana@desk', 'ana@desk'],
    ['one of 2,000 letters', 'x'.repeat(2000), 'x'.repeat(128)],
    [
      'one that would be cut in the middle of a character',
      `${'x'.repeat(127)}${'\u{1f600}'.repeat(900)}`,
      `${'x'.repeat(127)}\ufffd`,
    ],
    ['one with a lone surrogate', `\ud800${'é'.repeat(1999)}`, `\ufffd${'é'.repeat(127)}`],
    ['one of control characters', '\u0001'.repeat(2000), '\u0001'.repeat(128)],
  ])('keeps no more of who moves it than the metadata of a key may hold: %s', async (_, by, kept) => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const { pointer } = await publish(kv, B, { ...at(2), by });
    expect(pointer.by).toBe(kept);
    expect((await livePointer(kv))?.by).toBe(kept);
    const move = kv.values.get(`history:2026-11-02T00:00:00.000Z:publish:${B.version}`);
    expect(JSON.parse(move?.value ?? '')).toMatchObject({ by: kept });
    expect(new TextEncoder().encode(JSON.stringify(move?.metadata ?? {})).length).toBeLessThanOrEqual(1024);
    expect((await listEntries(kv)).at(-1)?.by).toBe(kept);
  });

  it('keeps the history in order when a clock is slow', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(5));
    await publish(kv, B, at(4));
    const moves = await listEntries(kv);
    expect(moves.map(({ version }) => version)).toEqual([A.version, B.version]);
    expect(moves[1]?.at).toBe('2026-11-05T00:00:00.001Z');
  });

  it('goes by what the writer knows where KV still says what was before', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const stale = kv.values.get('current');
    const { pointer: known } = await publish(kv, B, at(2));
    if (stale) kv.values.set('current', stale);
    expect(await publish(kv, C, { ...at(3), known })).toMatchObject({ pointer: { previous: B.version } });
    if (stale) kv.values.set('current', stale);
    expect(await publish(kv, B, { ...at(4), known })).toMatchObject({ moved: false });
  });

  it('never lets a reader see a pointer to a body that is not there, wherever a writer dies', async () => {
    for (let survived = 0; survived < 12; survived++) {
      const kv = memoryKv();
      await publish(kv, A, at(1));
      dieAfter(kv, survived);
      await publish(kv, B, at(2)).catch(() => {});
      kv.before = () => {};
      const live = (await livePointer(kv))?.version ?? '';
      const body = kv.values.get(tableKey(live))?.value ?? '';
      expect(await loadTable(new TextEncoder().encode(body), live)).toMatchObject({
        ok: true,
      });
      await publish(kv, B, at(3));
      const spans = liveSpans(await listEntries(kv), await livePointer(kv));
      expect(spans.map(({ version }) => version)).toEqual([A.version, B.version]);
    }
  });
});

describe('rolling back', () => {
  it('without a version goes to what was live before', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    await publish(kv, B, at(2));
    expect(await change(kv, { action: 'rollback', version: null }, at(3))).toMatchObject({
      pointer: { version: A.version, previous: B.version },
    });
  });

  it.each([
    ['there is nothing live', null, [], 'Nothing was published yet'],
    ['nothing was live before', null, [A], 'No version was live before'],
    ['there is no such artifact', '0000000000000000', [A], 'there is no artifact 0000000000000000'],
  ])('changes nothing when %s', async (_, version, published, message) => {
    const kv = memoryKv();
    for (const artifact of published) await publish(kv, artifact, at(1));
    const before = new Map(kv.values);
    await expect(change(kv, { action: 'rollback', version: version }, at(2))).rejects.toThrow(message);
    expect(kv.values).toEqual(before);
  });

  it('refuses a body that is damaged', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    await publish(kv, B, at(2));
    kv.values.set(tableKey(A.version), { value: A.texts.table.replace('[10]', '[11]') });
    await expect(change(kv, { action: 'rollback', version: null }, at(3))).rejects.toThrow(
      `cannot roll back to ${A.version}`,
    );
  });
});

describe('the history', () => {
  it('passes over invalid notes, so that the way back stays open, also from a pointer that is rubbish', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    await publish(kv, B, at(2));
    const move = { action: 'mend', version: A.version, at: 'x', by: 'y', previous: null };
    kv.values.set('history:2026-11-03:x', { value: 'rubbish' });
    kv.values.set('history:2026-11-04:x', { value: JSON.stringify(move), metadata: move });
    expect((await listEntries(kv)).map(({ version }) => version)).toEqual([A.version, B.version]);
    kv.values.set('current', { value: '<html>' });
    expect(await change(kv, { action: 'rollback', version: A.version }, at(5))).toMatchObject({
      moved: true,
      pointer: { version: A.version, previous: B.version },
    });
  });

  it('tells what was live on a day', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    await publish(kv, B, at(3));
    await change(kv, { action: 'rollback', version: null }, at(7));
    const spans = liveSpans(await listEntries(kv), await livePointer(kv));
    const on = (day: number) =>
      liveBetween(spans, at(day).now, at(day + 1).now).map(({ version }) => version);
    expect([-1, 1, 2, 3, 6, 7, 20].map(on)).toEqual([
      [],
      [A.version],
      [A.version],
      [B.version],
      [B.version],
      [A.version],
      [A.version],
    ]);
  });

  it('equals what was seen live, for any moves and any deaths of their writers', async () => {
    const step = fc.record({ which: fc.nat(2), survived: fc.oneof(fc.constant(99), fc.nat(10)) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const kv = memoryKv();
        const seen: string[] = [];
        for (const [day, { which, survived }] of steps.entries()) {
          dieAfter(kv, survived);
          await publish(kv, VERSIONS[which] ?? A, at(day + 1)).catch(() => {});
          kv.before = () => {};
          const live = (await livePointer(kv))?.version;
          if (live !== undefined && live !== seen.at(-1)) seen.push(live);
        }
        const spans = liveSpans(await listEntries(kv), await livePointer(kv));
        // The same version again, after a move that was never made, is no change.
        expect(spans.map(({ version }) => version)).toEqual(seen);
      }),
      { numRuns: 60 },
    );
  });

  it('does not lose what came before a pointer that was set by hand', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const pointer = {
      ...(await publish(kv, A, at(1))).pointer,
      version: 'f'.repeat(16),
      at: '2026-11-02T00:00:00.000Z',
      previous: null,
    };
    kv.values.set('current', { value: JSON.stringify(pointer) });
    expect(liveSpans(await listEntries(kv), pointer).map(({ version }) => version)).toEqual([A.version]);
  });
});

describe('pruning', () => {
  it('keeps what was live within the hour: a location may answer from it still', async () => {
    const kv = memoryKv();
    await publish(kv, A, at(1));
    const { now } = at(3);
    for (const artifact of [B, C]) await publish(kv, artifact, { by: 'ana', now });
    expect(await prune(kv, { keep: 0, now: now + 60 * 60_000 })).toEqual([]);
    expect(await prune(kv, { keep: 0, now: now + 61 * 60_000 })).toEqual([A.version]);
  });

  it('keeps what is live, what was before it, the newest, and what was stored within the hour', async () => {
    const kv = memoryKv();
    for (const [index, artifact] of VERSIONS.entries()) await publish(kv, artifact, at(index + 1));
    expect(await prune(kv, { keep: 0, now: at(3).now, dryRun: true })).toEqual([A.version]);
    expect(await listBodies(kv)).toHaveLength(3);
    expect(await prune(kv, { keep: 3, now: at(3).now })).toEqual([]);
    expect(await prune(kv, { keep: 0, now: at(1).now + 1000 })).toEqual([]);
    expect(await prune(kv, { keep: 0, now: at(3).now })).toEqual([A.version]);
    expect((await listBodies(kv)).map(({ version }) => version).sort()).toEqual(
      [B.version, C.version].sort(),
    );
    expect(await listEntries(kv)).toHaveLength(3);
  });

  it('keeps what was before what is live, and what a rollback goes to, whatever was rolled back, held and released since', async () => {
    const kv = memoryKv();
    const oldest = await artifactGiving(4);
    for (const [index, artifact] of [oldest, ...VERSIONS].entries())
      await publish(kv, artifact, at(index + 1));
    for (const [index, action] of (['rollback', 'hold', 'release'] as const).entries())
      await change(kv, { action, version: null }, { ...at(index + 5), reason: action });
    expect(await prune(kv, { keep: 0, now: at(9).now })).toEqual([oldest.version]);
    const pair = await livePair(kv);
    expect(pair).toEqual({ live: B.version, before: C.version });
    await diffVersions(kv, { from: C.version, to: B.version, served: null });
    const back = await change(kv, { action: 'rollback', version: null }, at(10));
    expect(back.pointer.version).toBe(A.version);
  });

  it.each([
    [1, 0],
    [59, 0],
    [60, 0],
    [61, 1],
  ])('of a version that was stored %i minutes ago takes %i', async (minutes, gone) => {
    const kv = memoryKv();
    const start = at(1).now;
    for (const [index, artifact] of VERSIONS.entries()) {
      await publish(kv, artifact, { by: 'ana', now: start + index });
    }
    const now = start + minutes * 60_000;
    expect(await prune(kv, { keep: 0, now })).toEqual([A.version].slice(0, gone));
    expect(await listBodies(kv)).toHaveLength(VERSIONS.length - gone);
  });
});

describe('a pointer', () => {
  it.each(['', 'null', '[]', '{"version":"x"}', '{"version":"0123456789abcdef","at":"soon"}'])(
    'is not %s',
    (text) => {
      expect(parseEntry(text).ok).toBe(false);
    },
  );
});

function dieAfter(kv: MemoryKv, calls: number): void {
  let left = calls;
  kv.before = () => {
    if (left-- <= 0) throw new Error('the writer died');
  };
}

describe('statistics that are more than a key takes', () => {
  const long = async () => {
    const artifact = await artifactGiving(50);
    const sources = Array.from({ length: 90_000 }, (_, file) => ({
      name: `${file}`,
      sha256: '0'.repeat(64),
      rows: 1,
    }));
    return await sealArtifact({ ...artifact.table, ...artifact.statistics, sources });
  };

  it('are kept in parts, read as one, and pruned with their table', async () => {
    const kv = memoryKv(100);
    const artifact = await long();
    expect(artifact.texts.statistics.length).toBeGreaterThan(PART_CHARACTERS);
    await publish(kv, artifact, at(1));
    const parts = [...kv.values.keys()].filter((key) => key.startsWith(statisticsKey(artifact.version)));
    expect(parts).toEqual([statisticsKey(artifact.version), statisticsKey(artifact.version, 1)]);
    expect(await readStoredStatistics(kv, artifact.table, 2)).toEqual({
      ok: true,
      statistics: artifact.statistics,
    });
    await publish(kv, A, at(2));
    await publish(kv, B, at(3));
    expect(await prune(kv, { keep: 0, now: at(9).now })).toEqual([artifact.version]);
    expect(
      [...kv.values.keys()].filter((key) => key.includes(artifact.version) && !key.startsWith('history:')),
    ).toEqual([]);
  });

  it('stay where they are when an operator rolls back, and an isolate says that it cannot read them', async () => {
    const kv = memoryKv(100);
    const artifact = await long();
    await publish(kv, artifact, at(1));
    await publish(kv, A, at(2));
    await change(kv, { action: 'rollback', version: null }, at(3));
    expect(await readStoredStatistics(kv, artifact.table, 2)).toMatchObject({ ok: true });
    const source = kvSource({ get: (async (key: string) => kv.get(key)) as ArtifactKv['get'] });
    expect(await source.statistics(artifact.table)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('too large to be read here'),
    });
  });

  it('are refused by a comparison of an isolate, which reads no more than the first part', async () => {
    const kv = memoryKv(100);
    const artifact = await long();
    await publish(kv, A, at(1));
    await publish(kv, artifact, at(2));
    const before = kv.calls.length;
    const asked = { from: A.version, to: artifact.version, served: null };
    await expect(diffVersions(kv, asked)).rejects.toThrow(/too large .* npm run artifact -- diff/);
    const calls = kv.calls.slice(before);
    expect(calls).toContain(`get ${statisticsKey(artifact.version)}`);
    expect(calls).not.toContain(`get ${statisticsKey(artifact.version, 1)}`);
    expect(await storedArtifact(kv, artifact.version, 2)).toMatchObject({ ok: true, fault: null });
  });

  it('are refused as one text, too, in a bundle', async () => {
    const { table, texts } = await long();
    const { statistics } = bundledStore(table, async () => texts.statistics);
    expect(await statistics(table)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('too large to be read here'),
    });
  });
});
