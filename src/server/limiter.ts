import type { Limiter } from '../http/caller.ts';
import { SettingError } from './setting-error.ts';

interface LimiterOptions {
  /** Requests that a key has in a period. */
  limit: number;
  /** Seconds. */
  period: number;
  /** Milliseconds from any fixed moment. */
  now: () => number;
}

/** Keys that are counted apart in a period. Beyond, new ones share a count: memory has a bound whatever is sent. */
const MOST_KEYS = 100_000;

/** A limit for each key in periods of a fixed length, as a rate limit of Workers is. */
export function memoryLimiter({ limit, period, now }: LimiterOptions): Limiter {
  const counts = new Map<string, number>();
  let ends = Number.NEGATIVE_INFINITY;
  return {
    async limit({ key }) {
      const time = now();
      if (time >= ends) {
        counts.clear();
        ends = time + period * 1000;
      }
      const counted = counts.has(key) || counts.size < MOST_KEYS ? key : '';
      const count = (counts.get(counted) ?? 0) + 1;
      counts.set(counted, count);
      return { success: count <= limit };
    },
  };
}

/**
 * @param text the variable RATE_LIMIT: `600/60` for 600 requests in 60 seconds
 * @throws SettingError for anything else
 */
export function rateLimit(text: string): { limit: number; period: number } {
  const [, limit, period] = /^\s*(\d{1,9})\s*\/\s*(\d{1,5})\s*$/.exec(text) ?? [];
  if (Number(limit) > 0 && Number(period) > 0) return { limit: Number(limit), period: Number(period) };
  throw new SettingError(`RATE_LIMIT: expected REQUESTS/SECONDS such as 600/60, got ${JSON.stringify(text)}`);
}
