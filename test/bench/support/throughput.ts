import type { Row, Target } from '../bench.ts';
import { figure } from './format.ts';
import type { Load, LoadPairs } from './load.ts';
import { median, medianRatio } from './statistics.ts';

/**
 * @returns the row of requests a second and, where the system tells, the row of processor time for each request:
 *   the same question, less disturbed by what else the machine does
 */
export function throughputRows(
  what: string,
  { ours, peer }: LoadPairs,
  name: string,
  target: Target | null,
): Row[] {
  const row = (of: string, unit: string, value: (load: Load) => number): Row => ({
    what: of,
    ours: `${figure(median(ours.map(value)))} ${unit}`,
    peer: `${name} ${figure(median(peer.map(value)))} ${unit}`,
    ratio: medianRatio(ours.map(value), peer.map(value)),
    target: null,
  });
  const rows: Row[] = [{ ...row(what, 'req/s', ({ requestsPerSecond }) => requestsPerSecond), target }];
  if ([...ours, ...peer].every(({ cpuMicroseconds }) => cpuMicroseconds !== null)) {
    rows.push(row(`${what}, CPU a request`, 'µs', ({ cpuMicroseconds }) => cpuMicroseconds ?? Number.NaN));
  }
  return rows;
}
