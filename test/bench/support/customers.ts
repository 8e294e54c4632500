import { createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatTime, SECONDS_PER_DAY } from '../../../src/core/time.ts';

/** Kept between runs: making it takes longer than reading it. */
const CACHE = join(tmpdir(), 'voucher-edge-bench');
const COUNTRIES = ['Peru', 'Latvia', 'China', 'Australia'];
/** The moment that the customers are scored for. */
export const AS_OF = '2026-07-01';

/** @returns the path of a CSV file of customers of all countries and bands, 75 bytes each; the same every time */
export async function customers(rows: number): Promise<string> {
  const path = join(CACHE, `customers-${rows}.csv`);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  await pipeline(Readable.from(lines(rows)), createWriteStream(unfinished));
  renameSync(unfinished, path);
  return path;
}

function* lines(rows: number): Generator<string> {
  const now = Date.parse(AS_OF) / 1000;
  yield 'customer_id,email,country_code,last_order_ts,total_orders,newsletter\n';
  let state = 1;
  for (let row = 0; row < rows; row++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const random = state >>> 0;
    const last = formatTime(now - (random % 400) * SECONDS_PER_DAY - (random % 86_399)).slice(0, 19);
    const country = COUNTRIES[(random >>> 8) % COUNTRIES.length];
    yield `${100_000 + row},customer${row}@example.com,${country},${last.replace('T', ' ')},${(random >>> 12) % 60},${row % 2 ? 'yes' : 'no'}\n`;
  }
}
