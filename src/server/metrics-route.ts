import { dataAge } from '../core/artifact/data-age.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { POINTER_KEY, parseEntry } from '../core/publish/pointer.ts';
import { checkAgeOf, isCheckOverdue, type Reply } from '../http/exchange.ts';
import { headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import type { Dependencies, Route } from '../routes/route.ts';
import { gauge, type Metrics, type Process } from './metrics.ts';
import { type Family, METRICS_TYPE } from './metrics-text.ts';

interface MetricsOptions {
  metrics: Metrics;
  /** Whether a request comes from a program on this machine, and through no proxy. */
  isLocal: (request: Request) => boolean;
  process: () => Process;
}

/** GET /metrics: for a Prometheus on this machine, and for every other one that has the admin token. */
export function metricsRoute(
  dependencies: Dependencies,
  { metrics, isLocal, process }: MetricsOptions,
): Route {
  return {
    method: 'GET',
    path: '/metrics',
    async answer(request, { now }): Promise<Reply> {
      if (!isLocal(request)) await dependencies.admin(request);
      const headers = { 'content-type': METRICS_TYPE, 'cache-control': 'no-store', ...NOT_A_PAGE };
      const body = metrics.text(await gauges(dependencies, now), process());
      return { status: 200, headers: headerTemplate(headers), body };
    },
  };
}

/** What is served now, read at each scrape; none where there is nothing to answer from. */
async function gauges({ store, config, kv }: Dependencies, now: number): Promise<Family[]> {
  const state = await store.current();
  if (!state.ok) return [];
  const { version, data } = state.compiled.table;
  const overdue = isCheckOverdue(state, now, config);
  const dataSeconds = Math.floor((now - Date.parse(data.last_timestamp)) / 1000);
  const fault = state.check?.fault?.code;
  return [
    gauge('artifact_info', 'What is served.', 1, { version, origin: state.origin }),
    gauge(
      'check_age_seconds',
      'Since it was last confirmed that this is the current artifact.',
      checkAgeOf(state, now),
    ),
    gauge(
      'check_overdue',
      'Whether that is longer than largest_check_age_seconds of the config, and a check has failed since.',
      Number(overdue),
    ),
    gauge(
      'data_age_seconds',
      'Since the newest row of the history; below 0 where that is in the future.',
      dataSeconds,
    ),
    gauge(
      'data_stale',
      'Whether that is longer than largest_data_age_days of the config.',
      Number(dataAge(data, now, config).stale),
    ),
    gauge('artifact_fault', 'What keeps the current artifact away.', fault === undefined ? 0 : 1, {
      code: fault ?? 'none',
    }),
    ...(kv ? [gauge('artifact_held', 'Whether what is live is held.', Number(await isHeld(kv)))] : []),
  ];
}

/** A pointer that cannot be read is a fault of the store, which says so. */
async function isHeld(versions: KeyValue): Promise<boolean> {
  const text = await versions.get(POINTER_KEY).catch(() => null);
  const pointer = text === null ? null : parseEntry(text);
  return pointer?.ok === true && pointer.value.hold !== null;
}

/**
 * @param address of the connection's other end
 * @returns whether a request comes from this machine; what a proxy passes on does not, wherever the proxy is
 */
export function isLocalRequest({ headers }: Request, address: string): boolean {
  const isPassedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers.has(name));
  return !isPassedOn && /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(address);
}
