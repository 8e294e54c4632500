import { describe, expect, it } from 'vitest';
import { compileArtifact } from '../../../src/core/decide/compile.ts';
import type { ArtifactState } from '../../../src/store/artifact-store.ts';
import {
  afterEvent,
  INITIAL,
  type Load,
  type RefreshEvent,
  type RefreshState,
} from '../../../src/store/refresh-state.ts';
import { TIMES } from '../../../src/store/refreshing.ts';
import type { Loaded } from '../../../src/store/source.ts';
import { artifactGiving } from '../../support/artifacts.ts';

const [a, b, c] = (await Promise.all([1, 2, 3].map((amount) => artifactGiving(amount)))).map(({ table }) =>
  compileArtifact(table),
);
if (!a || !b || !c) throw new Error('three artifacts');
const own = () => ({ ok: true, compiled: a, origin: 'bundled' }) as const;
const none = () => ({ ok: false, reason: 'nothing is bundled' }) as const;
const found = (compiled: typeof a): Loaded => ({ kind: 'current', compiled, live: null });
const BAD: Loaded = { kind: 'bad', code: 'unreachable', detail: 'no' };
const load = (number: number, begun = 0): Load => ({ number, begun });
const ended = (number: number, loaded: Loaded, now = 0): RefreshEvent => ({
  kind: 'load_ended',
  load: load(number),
  loaded,
  now,
});

/** @param bundled gives what is bundled @returns the state after events, one after the other */
function stateWith(bundled: () => ArtifactState, ...events: RefreshEvent[]): RefreshState {
  const surroundings = { origin: 'kv', times: TIMES, bundled };
  return events.reduce((state, event) => afterEvent(state, event, surroundings), INITIAL);
}
const stateAfter = (...events: RefreshEvent[]) => stateWith(own, ...events);
const versionOf = ({ served }: RefreshState) => served?.compiled.table.version ?? null;

describe('the state of a refreshing store', () => {
  it('has a load begin, and the next one not before its deadline', () => {
    expect(stateAfter({ kind: 'load_started', begun: 5, now: 0 })).toMatchObject({
      started: 1,
      due: 5 + TIMES.deadline,
    });
  });

  it('serves what a load finds, and looks again after the time of a refresh', () => {
    const state = stateAfter(ended(1, found(b), 7));
    expect(state).toMatchObject({ fault: null, due: TIMES.refresh, ended: 1 });
    expect(state.served).toMatchObject({ origin: 'kv', check: { confirmedAt: 7, fault: null } });
    expect(versionOf(state)).toBe(b.table.version);
  });

  it('does not ask for what is bundled while a load finds an artifact', () => {
    const unasked = () => {
      throw new Error('what is bundled was made ready for nothing');
    };
    const state = stateWith(unasked, ended(1, found(b)));
    expect(versionOf(state)).toBe(b.table.version);
  });

  it('does not go back to what an older load brings', () => {
    expect(versionOf(stateAfter(ended(2, found(c)), ended(1, found(b))))).toBe(c.table.version);
  });

  it('takes what comes after its deadline', () => {
    const late: RefreshEvent = { kind: 'load_late', load: load(1), now: 1 };
    expect(stateAfter(late).fault?.code).toBe('timeout');
    expect(versionOf(stateAfter(late, ended(1, found(b))))).toBe(b.table.version);
    expect(stateAfter(ended(1, found(b)), late).fault).toBeNull();
  });

  it('takes a load that was cut off with its request for one that failed, when the next begins', () => {
    const begins = (now: number): RefreshEvent => ({ kind: 'load_started', begun: now, now });
    const cutOff = stateAfter(begins(0), ended(1, found(b), 1), begins(30_000), begins(60_000));
    expect(cutOff.fault).toMatchObject({ code: 'timeout', since: 60_000 });
    expect(cutOff.served?.check).toMatchObject({ confirmedAt: 1, fault: { code: 'timeout' } });
    expect(versionOf(cutOff)).toBe(b.table.version);
    expect(stateAfter(begins(0), ended(1, found(b)), begins(30_000)).fault).toBeNull();
    expect(stateAfter(begins(0), begins(10_000))).toMatchObject({ served: null, fault: { code: 'timeout' } });
  });

  it('keeps what it has through a fault, with the time of the first of them', () => {
    const state = stateAfter(
      ended(1, found(b), 1),
      ended(2, BAD, 20),
      ended(3, { ...BAD, code: 'hash' }, 30),
    );
    expect(versionOf(state)).toBe(b.table.version);
    expect(state.fault).toEqual({ code: 'hash', detail: 'no', since: 20 });
    expect(state.served?.check).toMatchObject({ confirmedAt: 1, fault: { code: 'hash' } });
    expect(state.due).toBe(TIMES.refresh);
    expect(stateAfter(ended(1, BAD, 20), ended(2, found(b))).fault).toBeNull();
  });

  it('serves what is bundled where nothing was loaded, and tries again soon', () => {
    const state = stateAfter({ kind: 'load_started', begun: 0, now: 3 }, ended(1, BAD, 20));
    expect(state.served).toMatchObject({ origin: 'bundled', check: { confirmedAt: 3 } });
    expect(state.due).toBe(TIMES.retry);
    expect(versionOf(stateAfter({ kind: 'gave_up_waiting', now: 1 }))).toBe(a.table.version);
    expect(stateWith(none, { kind: 'gave_up_waiting', now: 1 }).served).toBeNull();
  });

  it('takes nothing published for the bundled artifact being current, and for a loss later', () => {
    expect(stateAfter(ended(1, { kind: 'nothing' })).served).toMatchObject({
      origin: 'bundled',
      check: { fault: null },
    });
    const lost = stateAfter(ended(1, found(b)), ended(2, { kind: 'nothing' }));
    expect([versionOf(lost), lost.fault?.code]).toEqual([b.table.version, 'missing']);
    const empty = stateWith(none, ended(1, { kind: 'nothing' }));
    expect(empty).toMatchObject({ served: null, fault: { code: 'missing' } });
  });
});
