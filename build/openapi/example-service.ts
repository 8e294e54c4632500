import type { Run } from '../../src/api/runs.ts';
import { type AppOptions, createApp } from '../../src/app.ts';
import { type Artifact, sealArtifact } from '../../src/core/artifact/artifact.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import { change, changeOutcome, publish } from '../../src/core/publish/publish.ts';
import type { Ingestion } from '../../src/ingest/ingestion.ts';
import { failure } from '../../src/ingest/record.ts';
import { withRoutes } from '../../src/routes/ingestion.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import { exampleArtifact } from './example-artifact.ts';

/** The moment of every example, so that their answers are the same whenever they are made. */
const NOW = Date.UTC(2026, 6, 1, 12);
export const TOKEN = 'an-admin-token';
const DAY = 24 * 60 * 60 * 1000;
const clock = { now: () => NOW, elapsed: () => 0 };

/** What answers the examples: the service itself, around {@link exampleArtifact}, in this process. */
export interface ExampleService {
  /** The versions that are stored. */
  older: string;
  newer: string;
  /** Sends a request to the kind of deployment that an example is about. */
  send: (request: Request, on?: DeploymentKind) => Promise<Response>;
}

/** Makes a service with its own versions and files: nothing that one example does is seen by the next. */
export async function exampleService(): Promise<ExampleService> {
  const newer = await exampleArtifact();
  const older = await changed(newer);
  const stored = await twoVersions(older, newer);
  const held = new Map(stored);
  await change(memory(held), { action: 'hold', version: null }, { by: 'Ada Lovelace', now: NOW - DAY / 2 });
  const send: ExampleService['send'] = async (request, on = 'whole') =>
    appFor(on, newer, on === 'held' ? held : stored).fetch(request);
  return { older: older.version, newer: newer.version, send };
}

/** What each kind of deployment has that others have not. */
const KINDS = {
  whole,
  held: whole,
  'without versions': () => ({ adminToken: TOKEN, kv: memory(new Map()) }),
  bare: () => ({ adminToken: TOKEN }),
  'without artifact': () => ({ store: bundledStore(null) }),
  'without statistics': (_, { table }) => ({ store: bundledStore(table) }),
  failing: () => ({ store: { current: fail, statistics: fail } }),
  limited: () => ({ callers: { keys: 'a-key', limiter: { limit: async () => ({ success: false }) } } }),
  'broken storage': () => ({ adminToken: TOKEN, kv: { ...memory(new Map()), list: fail } }),
} satisfies Record<string, (kv: KeyValue, artifact: Artifact) => Partial<AppOptions>>;

export type DeploymentKind = keyof typeof KINDS;

function whole(kv: KeyValue): Partial<AppOptions> {
  return { adminToken: TOKEN, kv, ingestion: withRoutes(ingestion(kv)) };
}

function appFor(on: DeploymentKind, artifact: Artifact, stored: Values) {
  const store = bundledStore(JSON.parse(artifact.texts.table), async () => artifact.texts.statistics);
  return createApp({ store, clock, log: () => {}, ...KINDS[on](memory(new Map(stored)), artifact) });
}

function fail(): never {
  throw new Error('the storage does not answer');
}

/** The same artifact with another mean in the last cell of its first country. */
async function changed({ table, statistics }: Artifact): Promise<Artifact> {
  const countries = new Map(structuredClone([...statistics.countries]));
  const [first] = countries.values();
  const cell = Object.values(Object.values(first?.segments ?? {}).at(-1) ?? {}).at(-1);
  if (cell?.mean) cell.mean *= 0.9;
  return await sealArtifact({ ...table, ...statistics, countries });
}

type Values = Map<string, { value: string; metadata?: unknown }>;

async function twoVersions(older: Artifact, newer: Artifact): Promise<Values> {
  const values: Values = new Map();
  const kv = memory(values);
  await publish(kv, older, { by: 'Ada Lovelace', now: NOW - 8 * DAY });
  await publish(kv, newer, { by: 'Ada Lovelace', now: NOW - DAY });
  return values;
}

function memory(values: Values): KeyValue {
  return {
    get: async (key) => values.get(key)?.value ?? null,
    put: async (key, value, options = {}) => void values.set(key, { value, ...options }),
    delete: async (key) => void values.delete(key),
    list: async ({ prefix }) => ({
      keys: [...values]
        .filter(([name]) => name.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { metadata }]) => ({ name, metadata })),
      list_complete: true,
    }),
  };
}

const at = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();

const RUN: Run = {
  id: 'run-1',
  state: 'published',
  because: ['PutObject june.csv'],
  force: false,
  by: ['ana'],
  started_at: at(24),
  finished_at: at(24),
  steps: [
    { name: 'list', state: 'done', attempts: 1, started_at: at(24), finished_at: at(24), reason: null },
    { name: 'publish', state: 'done', attempts: 1, started_at: at(24), finished_at: at(24), reason: null },
  ],
  counts: { files: 1, counted: 1, reused: 0, quarantined: 0, rows_read: 6200, rows_kept: 5696 },
  quarantined: [],
  looked_at: [],
  version: null,
  warnings: [],
  reasons: [],
};

/** One file and one run. */
function ingestion(kv: KeyValue): Ingestion {
  const object = (key: string, size: number) => ({
    key,
    size,
    etag: 'e3b0c44298fc1c14',
    uploaded: new Date(at(24)),
  });
  const june = object('uploads/june.csv', 412_345);
  return {
    bucket: {
      head: async (key) => (key === june.key ? june : null),
      get: async () => null,
      put: async (key) => object(key, 9),
      delete: async () => {},
      list: async () => ({ objects: [june], truncated: false }),
    },
    events: { send: async () => undefined },
    sequencer: {
      notify: async () => 'run-2',
      reconcile: async () => false,
      report: async () => {},
      publish: async () => failure('nothing to publish'),
      finish: async () => {},
      change: (asked, by, reason) => changeOutcome(change(kv, asked, { by, reason, now: NOW })),
      uploads: async () => [],
      accept: async (name) => ({ ok: false, message: `No run has looked at ${name} yet.` }),
      forget: async () => {},
      cancel: async (id) => (id === RUN.id ? RUN : null),
      runs: async () => [RUN],
      run: async (id) => (id === RUN.id ? RUN : null),
    },
  };
}
