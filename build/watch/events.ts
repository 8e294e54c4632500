import { write } from 'node:fs';
import { promisify } from 'node:util';
import { jsonLine } from '../../src/core/json-line.ts';
import { bufferedLog } from '../../src/platform/buffered-log.ts';

const writeSome = promisify(write);

/** What a watch tells of, one line of JSON each: time, event, and what goes with it. */
export type WatchEvent =
  | { event: 'watching'; folder: string; out: string }
  | { event: 'added' | 'changed' | 'removed'; file: string }
  | { event: 'building'; files: number }
  | { event: 'built'; version: string; path: string; files: number; rows_read: number; rows_kept: number }
  | { event: 'quarantined'; file: string; moved_to: string; reason: string }
  | { event: 'kept'; reason: string }
  | { event: 'warning'; reason: string }
  | { event: 'folder_gone' | 'folder_back'; folder: string }
  /** Temporary files of processes that were killed. */
  | { event: 'leftovers_removed'; files: string[] }
  /** So many lines are missing before this one: they could not be written. */
  | { event: 'lost'; lines: number }
  | { event: 'stopped' };

/** Milliseconds after which what could not be written is tried again. */
const AGAIN_MS = 500;

/**
 * The log of a watch on a descriptor. A watch goes on though its log is full, stalls or has lost its reader: see
 * {@link bufferedLog}.
 *
 * @param descriptor standard output, which Node has set not to block
 */
export function eventLog(
  descriptor: number,
  now: () => Date,
): { tell: (event: WatchEvent) => void; flush: () => Promise<void> } {
  const lineOf = (event: WatchEvent) => jsonLine({ time: now().toISOString(), ...event });
  const { log, flush } = bufferedLog({
    write: async (bytes) => (await writeSome(descriptor, bytes)).bytesWritten,
    lost: (lines) => lineOf({ event: 'lost', lines }),
    later: (callback) => setTimeout(callback, AGAIN_MS).unref(),
    batch: 1,
    most: 1024 * 1024,
  });
  return { tell: (event) => log(lineOf(event)), flush };
}
