import { dataAge } from '../core/artifact/data-age.ts';
import type { KeyValue } from '../core/publish/key-value.ts';
import { POINTER_KEY, parseEntry } from '../core/publish/pointer.ts';
import { checkAgeOf, isCheckOverdue, type Reply } from '../http/exchange.ts';
import { headerTemplate, NOT_A_PAGE } from '../http/headers.ts';
import type { Dependencies, Route } from '../routes/route.ts';
import type { Gauges, Metrics, Process } from './metrics.ts';
import { METRICS_TYPE } from './metrics-text.ts';

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

/** @returns null where there is nothing to answer from */
async function gauges({ store, config, kv }: Dependencies, now: number): Promise<Gauges | null> {
  const state = await store.current();
  if (!state.ok) return null;
  const { version, data } = state.compiled.table;
  return {
    version,
    origin: state.origin,
    checkAge: checkAgeOf(state, now),
    checkOverdue: isCheckOverdue(state, now, config),
    dataAge: Math.floor((now - Date.parse(data.last_timestamp)) / 1000),
    dataStale: dataAge(data, now, config).stale,
    fault: state.check?.fault?.code ?? null,
    held: kv && (await isHeld(kv)),
  };
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
