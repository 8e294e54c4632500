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
  | { event: 'stopped' };

/** @param write receives a line with its end */
export function eventLog(write: (line: string) => void, now: () => Date): (event: WatchEvent) => void {
  return (event) => write(`${JSON.stringify({ time: now().toISOString(), ...event })}\n`);
}
