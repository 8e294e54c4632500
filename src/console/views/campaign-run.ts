import Papa from 'papaparse';
import type { BatchEntry } from '../../api/voucher.ts';
import { DECISION_FIELDS } from '../../core/decide/decision.ts';
import { call, type Failure, failureOf } from '../lib/api.ts';
import { csvText } from '../lib/csv.ts';
import type { CampaignTally } from './campaign-tally.ts';

/** The fields of a request that a column of the file can give. */
export const FIELDS = [
  'customer_id',
  'country_code',
  'total_orders',
  'last_order_ts',
  'first_order_ts',
] as const;
export type FieldName = (typeof FIELDS)[number];

/** The column of each field, by its position; -1 where the file has none. */
export type Columns = Readonly<Record<FieldName, number>>;

/** Customers that are sent at once: an answer within a second or so, and a page that moves meanwhile. */
const BATCH = 2000;
/** Characters of the file that are read at once. */
const PIECE = 256 * 1024;
/** Seconds to wait when the service says that there are too many requests. */
const WAITS = [2, 5, 10, 10, 20, 30];

const NAMES: Readonly<Record<FieldName, readonly string[]>> = {
  customer_id: ['customerid', 'customer', 'id', 'userid', 'user'],
  country_code: ['countrycode', 'country', 'market'],
  total_orders: ['totalorders', 'orders', 'ordercount', 'numberoforders'],
  last_order_ts: ['lastorderts', 'lastorder', 'lastorderdate', 'lastorderat'],
  first_order_ts: ['firstorderts', 'firstorder', 'firstorderdate', 'firstorderat'],
};

/** @returns for each field the column whose name is most likely meant */
export function guessColumns(header: readonly string[]): Columns {
  const names = header.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  const columns = FIELDS.map((field) => {
    const position = NAMES[field].map((name) => names.indexOf(name)).find((at) => at >= 0);
    return [field, position ?? -1];
  });
  return Object.fromEntries(columns) as Columns;
}

/** @returns the names of the columns of a CSV file; null where it has none */
export async function headerOf(file: Blob): Promise<string[] | null> {
  const encoding = await encodingOf(file);
  const start = new TextDecoder(encoding).decode(await file.slice(0, PIECE).arrayBuffer());
  const { data } = Papa.parse<string[]>(start, { preview: 1, skipEmptyLines: 'greedy' });
  const header = data[0]?.map((name) => name.trim());
  return header?.some((name) => name !== '') ? header : null;
}

async function encodingOf(file: Blob): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

export interface Run {
  file: Blob;
  columns: Columns;
  segment: string;
  /** One moment for all customers, as YYYY-MM-DD or with a time. */
  asOf: string;
  tally: CampaignTally;
  signal: AbortSignal;
  /** Told how much of the file has been read, as a share, and when the service has it wait. */
  progress: (change: { share?: number; waits: boolean }) => void;
}

const RESULT_COLUMNS = ['line', 'customer_id', 'country_code', ...DECISION_FIELDS, 'problem'];

interface Customer {
  line: number;
  id: string;
  country: string;
  body: Record<string, string | number>;
}

/**
 * Reads a file of customers piece by piece and asks POST /vouchers for each batch. The file is never whole in memory,
 * and the page is free between two pieces.
 *
 * @returns the answers as pieces of a CSV file, and why the run ended early, where it did
 */
export async function runCampaign(run: Run): Promise<{ parts: string[]; failure: Failure | null }> {
  const parts = [csvText([RESULT_COLUMNS])];
  const encoding = await encodingOf(run.file);
  let waiting: Customer[] = [];
  let line = 0;
  let isHead = true;
  let read = 0;

  async function send(all: boolean): Promise<Failure | null> {
    while (waiting.length >= BATCH || (all && waiting.length > 0)) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      const failure = await askFor(batch, run, parts);
      if (failure !== null) return failure;
      run.progress({ share: Math.min(1, read / run.file.size), waits: false });
    }
    return null;
  }

  const failure = await new Promise<Failure | null>((resolve) => {
    Papa.parse<string[]>(run.file as File, {
      encoding,
      chunkSize: PIECE,
      chunk({ data, meta }, parser) {
        parser.pause();
        read = meta.cursor;
        for (const fields of data) {
          line++;
          if (fields.every((field) => field.trim() === '')) continue;
          if (!isHead) waiting.push(customerOf(fields, line, run));
          isHead = false;
        }
        void send(false).then((failure) => {
          if (failure !== null || run.signal.aborted) {
            resolve(failure);
            parser.abort();
          } else parser.resume();
        });
      },
      complete: () => void send(true).then(resolve),
      error({ message }) {
        const detail = `${message} It may have changed since it was chosen. Choose it again.`;
        resolve(failureOf('unreadable_file', 'The file cannot be read', detail));
      },
    });
  });
  return { parts, failure };
}

function customerOf(fields: readonly string[], line: number, { columns, segment, asOf }: Run): Customer {
  const text = (field: FieldName) => (fields[columns[field]] ?? '').trim();
  const id = columns.customer_id < 0 ? `line ${line}` : text('customer_id');
  const body: Customer['body'] = {
    customer_id: id,
    country_code: text('country_code'),
    segment_name: segment,
    as_of: asOf,
  };
  const orders = text('total_orders');
  // What does not read as a number is sent as it is: the service says what is wrong with it.
  if (orders !== '') body.total_orders = Number.isNaN(Number(orders)) ? orders : Number(orders);
  for (const field of ['last_order_ts', 'first_order_ts'] as const) {
    const time = text(field);
    if (time !== '') body[field] = time;
  }
  return { line, id, country: text('country_code'), body };
}

async function askFor(batch: readonly Customer[], run: Run, parts: string[]): Promise<Failure | null> {
  for (const wait of [...WAITS, null]) {
    if (run.signal.aborted) return null;
    const json = batch.map(({ body }) => body);
    const result = await call<BatchEntry[]>('/vouchers', { method: 'POST', json, as: 'caller' });
    if (result.ok) {
      parts.push(take(batch, result.value, run.tally));
      return null;
    }
    if (result.code !== 'rate_limited' || wait === null) return result;
    run.progress({ waits: true });
    await new Promise((resolve) => {
      setTimeout(resolve, wait * 1000);
      run.signal.addEventListener('abort', resolve, { once: true });
    });
  }
  return null;
}

/** Counts the answers of a batch. @returns them as CSV */
function take(batch: readonly Customer[], answers: readonly BatchEntry[], tally: CampaignTally): string {
  const lines = batch.map(({ line, id, country }, index) => {
    const answer = answers[index];
    if (answer === undefined)
      throw new Error(`The service gave ${answers.length} answers to ${batch.length} customers`);
    tally.add(country, line, answer);
    const [decision, problem] = 'error' in answer ? [null, answer.error.detail] : [answer, null];
    return [line, id, country, ...DECISION_FIELDS.map((name) => decision?.[name] ?? null), problem];
  });
  // The byte order mark is at the start of the file alone.
  return csvText(lines).slice(1);
}
