import type { Row, Target } from '../bench.ts';
import { figure } from './format.ts';
import type { LoadPairs } from './load.ts';
import { least, median, medianRatio } from './statistics.ts';

/**
 * @returns the row of requests a second and, where the system tells, the row of processor time for each request: the
 *   same question, less disturbed by what else the machine does, so that the target is on it. Its ratio is the peer's
 *   time to ours, in the rounds in which each was disturbed least
 */
export function throughputRows(
  what: string,
  { ours, peer }: LoadPairs,
  name: string,
  target: Target | null,
): Row[] {
  const rates = [ours, peer].map((loads) => loads.map(({ requestsPerSecond }) => requestsPerSecond));
  const [rate = [], peerRate = []] = rates;
  const requests: Row = {
    what,
    ours: `${figure(median(rate))} req/s`,
    peer: `${name} ${figure(median(peerRate))} req/s`,
    ratio: medianRatio(rate, peerRate),
    target: null,
  };
  const times = [ours, peer].map((loads) => loads.flatMap(({ cpuMicroseconds }) => cpuMicroseconds ?? []));
  const [time = [], peerTime = []] = times;
  if (time.length < ours.length || peerTime.length < peer.length) return [{ ...requests, target }];
  const cpu: Row = {
    what: `${what}, by CPU a request`,
    ours: `${figure(least(time))} µs`,
    peer: `${name} ${figure(least(peerTime))} µs`,
    ratio: least(peerTime) / least(time),
    target,
  };
  return [requests, cpu];
}
