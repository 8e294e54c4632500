import type { KeyValue } from '../../src/core/publish/key-value.ts';
import type { HistorySource } from '../../src/core/publish/pointer.ts';
import { livePointer } from '../../src/core/publish/publish.ts';

/** A deployment that orders are given to. */
export interface Ordered {
  kv: KeyValue;
  /** Asks its routes, as an operator. */
  ask(method: string, path: string, body?: string | object): Promise<{ status: number; body: unknown }>;
  /** Publishes {@link CLI} as the command line does. */
  publish(options: { force: boolean }): Promise<unknown>;
  /** What the cron trigger does. */
  cron(): Promise<unknown>;
  /** Delivers the messages of the queue, and waits until all runs are over. */
  settle(): Promise<unknown>;
}

/** Names begin with what they are: good, wrong (a third of the rows cannot be read), or the file of the command line. */
export type File = `${'good' | 'wrong' | 'cli'}-${number}.csv`;
export const CLI: File = 'cli-0.csv';
/** What a deployment answers from before anything is published. Uploads need not have its rows: they are made up. */
export const SAMPLE: File = 'good-0.csv';
const numberOf = (file: File) => Number(/\d+/.exec(file)?.[0]);
const isWrong = (file: File) => file.startsWith('wrong');
/** Each set of files has another number of rows, so that each makes another version. */
const rowsIn = (file: File) => 40 + (file === CLI ? 0 : 2 ** numberOf(file));
const lostIn = (file: File) => (isWrong(file) ? Math.ceil(rowsIn(file) * 0.35) : 0);
const sum = (files: readonly File[], of: (file: File) => number) =>
  files.reduce((all, file) => all + of(file), 0);
const keptRows = (files: readonly File[]) => sum(files, rowsIn) - sum(files, lostIn);

/** Rows of one cell and one amount, in the order of the fields of a history: no guard minds what they change. */
export function rowsOf(file: File): string[][] {
  return Array.from({ length: rowsIn(file) }, (_, row) => {
    const time = `2018-07-21 00:${String(Math.floor(row / 60)).padStart(2, '0')}:${String(row % 60).padStart(2, '0')}`;
    return [
      row < lostIn(file) ? 'soon' : time,
      'Peru',
      '2018-06-20',
      '2018-01-01',
      String(14 + numberOf(file)),
      '10',
    ];
  });
}

const HEADER = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount';
export const textOf = (file: File) => [HEADER, ...rowsOf(file).map((row) => row.join(',')), ''].join('\n');

/** What is live and why, in a few lines. */
export interface Model {
  /** The files in the bucket, and what became of each. */
  files: Map<File, 'new' | 'joined' | 'aside'>;
  /** What was published and not rolled back from, as the files that it is made of: the last one is live. */
  pile: (readonly File[])[];
  held: boolean;
  source: HistorySource | null;
}

const live = ({ pile }: Model) => pile.at(-1) ?? null;
const same = (a: readonly File[], b: readonly File[] | null) => a.toSorted().join() === b?.toSorted().join();

function publish(model: Model, files: readonly File[], source: Model['source']): void {
  if (!same(files, live(model))) model.pile.push(files);
  model.source = source;
}

/** The guards: a quarter of the rows may be lost, and half of the live rows have to stay. */
function refused(model: Model, files: readonly File[]): boolean {
  return sum(files, lostIn) > sum(files, rowsIn) / 4 || keptRows(files) < keptRows(live(model) ?? []) / 2;
}

function run(model: Model, force = false): void {
  const having = (state: string) => [...model.files].filter(([, is]) => is === state).map(([file]) => file);
  const fresh = having('new');
  const good = fresh.filter((file) => !isWrong(file));
  const want = [...having('joined'), ...good];
  const missing = (live(model) ?? []).some((file) => file !== SAMPLE && !want.includes(file));
  const settle = (state: 'joined' | 'aside') => {
    for (const file of fresh) model.files.set(file, isWrong(file) ? 'aside' : state);
  };
  // Uploads take over from the command line when they have its files; until then they stay new.
  if (want.length > 0 && !force && model.source === 'command_line' && missing) return;
  const stops = want.length === 0 || (!force && refused(model, want));
  settle(stops ? 'aside' : 'joined');
  if (!stops && !model.held) publish(model, want, 'uploads');
}

const last = ({ files }: Model, state?: string) =>
  [...files].findLast(([, is]) => state === undefined || is === state)?.[0];

/** What operators order, the queue and the cron trigger included. */
interface Order {
  /** The file that it is about, as its operator sees the deployment; `number` is a new one. */
  file?: (model: Model, number: number) => File | undefined;
  /** What it does to the model. */
  model: (model: Model, file: File) => void;
  /** How it is given to the deployment. */
  give: (to: Ordered, file: File, source: Model['source']) => Promise<unknown>;
}

const upload = (what: 'good' | 'wrong'): Order => ({
  file: (_, number) => `${what}-${number}.csv`,
  model: (model, file) => {
    model.files.set(file, 'new');
    run(model);
  },
  give: (to, file) => to.ask('PUT', `/uploads/${file}`, textOf(file)),
});

const ORDERS: Record<string, Order> = {
  'upload good': upload('good'),
  'upload refused': upload('wrong'),
  // Where the uploads are in the way, as its message says: with --force and a reason.
  'publish by CLI': {
    model: (model) => {
      const force = model.source === 'uploads';
      if (!model.held && (force || !refused(model, [CLI]))) publish(model, [CLI], 'command_line');
    },
    give: (to, _, source) => to.publish({ force: source === 'uploads' }),
  },
  'roll back': {
    model: (model) => {
      if (model.pile.length < 2) return;
      model.pile.pop();
      model.held = true;
    },
    give: (to) => to.ask('POST', '/rollback', {}),
  },
  release: {
    model: (model) => {
      if (!model.held) return;
      model.held = false;
      run(model);
    },
    give: (to) => to.ask('POST', '/release', {}),
  },
  delete: {
    file: (model) => last(model),
    model: (model, file) => {
      if (model.files.delete(file)) run(model);
    },
    give: (to, file) => to.ask('DELETE', `/uploads/${file}`),
  },
  accept: {
    file: (model) => last(model, 'aside'),
    model: (model, file) => {
      if (model.files.get(file) !== 'aside') return;
      model.files.set(file, 'joined');
      run(model, true);
    },
    give: (to, file) => to.ask('POST', `/uploads/${file}`, { action: 'accept' }),
  },
  cron: { model: (model) => run(model), give: (to) => to.cron() },
};
export const NAMES = Object.keys(ORDERS);
const NO_FILE: File = 'good-0.csv';

/** @returns what an order does, with the file that it is about */
export function aimed(name: string, model: Model, number: number) {
  const order = ORDERS[name] as Order;
  const file = order.file?.(model, number) ?? NO_FILE;
  return {
    give: (to: Ordered) => order.give(to, file, model.source),
    model: (next: Model) => order.model(next, file),
  };
}

export const copyOf = (model: Model): Model => ({
  ...model,
  files: new Map(model.files),
  pile: [...model.pile],
});
export const EMPTY: Model = { files: new Map(), pile: [], held: false, source: null };

export async function stateOf(deployment: Ordered) {
  const pointer = await livePointer(deployment.kv);
  const { body } = (await deployment.ask('GET', '/uploads')) as {
    body: { uploads: { name: string; state: string }[] };
  };
  const files = body.uploads.map(
    ({ name, state }) => `${name} ${state.replace('set_aside', 'aside').replace('accepted', 'joined')}`,
  );
  return {
    live: pointer?.version ?? null,
    held: pointer !== null && pointer.hold !== null,
    source: pointer?.history_source ?? null,
    files: files.sort(),
  };
}

export async function expectedState(
  model: Model,
  versionOf: (files: readonly File[]) => Promise<string>,
): ReturnType<typeof stateOf> {
  const files = live(model);
  return {
    live: files === null ? null : await versionOf(files),
    held: model.held,
    source: model.source,
    files: [...model.files].map(([file, state]) => `${file} ${state}`).sort(),
  };
}
