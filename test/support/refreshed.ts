import { createApp } from '../../src/app.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import type { Times } from '../../src/store/refresh-state.ts';
import { refreshingStore } from '../../src/store/refreshing.ts';
import type { ArtifactSource } from '../../src/store/source.ts';
import { REQUEST } from './artifacts.ts';

/** A clock that stands until it is moved, in milliseconds. */
export interface HandClock extends Clock {
  advance(milliseconds: number): void;
}

export function handClock(start = Date.UTC(2026, 10, 22)): HandClock {
  let time = start;
  return {
    now: () => time,
    elapsed: () => time - start,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

export interface Service {
  clock: HandClock;
  store: ArtifactStore;
  /** The lines of the log that are not of requests, parsed. */
  events(): Record<string, unknown>[];
  /** Waits until all refreshes have ended that were started so far. */
  settled(): Promise<void>;
  ask(): Promise<Answer>;
  ready(): Promise<Record<string, unknown>>;
}

export interface Answer {
  status: number;
  version: string | null;
  checkAge: number;
  body: Record<string, unknown>;
}

export interface ServiceOptions {
  source: ArtifactSource;
  /** The content of the bundled artifact, parsed. */
  bundled: unknown;
  times?: Partial<Times>;
  sleep?: (milliseconds: number) => Promise<void>;
}

/** The whole service over a store that refreshes from a source, on a clock that the test moves. */
export function refreshed({ source, bundled, times = {}, sleep }: ServiceOptions): Service {
  const clock = handClock();
  const lines: string[] = [];
  const refreshes: Promise<void>[] = [];
  const log = (line: string) => void lines.push(line);
  const store = refreshingStore({
    source,
    bundled: bundledStore(bundled),
    clock,
    log,
    waitUntil: (refresh) => void refreshes.push(refresh),
    // Where time is real, a busy machine decides nothing.
    times: { ...(sleep ? {} : { patience: 60_000 }), ...times },
    ...(sleep && { sleep }),
  });
  const app = createApp({ store, clock, log });
  return {
    clock,
    store,
    events: () =>
      lines.map((line) => JSON.parse(line)).filter((line) => line['event.action'] === 'artifact_refresh'),
    settled: async () => {
      await Promise.all(refreshes.splice(0));
    },
    ask: async () => {
      const response = await app.request('/voucher', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(REQUEST),
      });
      return {
        status: response.status,
        version: response.headers.get('x-artifact-version'),
        checkAge: Number(response.headers.get('x-check-age')),
        body: await response.json(),
      };
    },
    ready: async () => (await app.request('/ready')).json(),
  };
}
