import { TIMES, type Times } from './refreshing.ts';

/**
 * @param seconds the var REFRESH_SECONDS; a number from 0 up, with or without a fraction
 * @returns the times of a store that looks for a newer artifact that often
 * @throws Error for anything else
 */
export function refreshTimes(seconds: string | undefined): Pick<Times, 'refresh'> {
  if (seconds === undefined || seconds.trim() === '') return { refresh: TIMES.refresh };
  const refresh = Number(seconds) * 1000;
  if (refresh >= 0 && Number.isFinite(refresh)) return { refresh };
  throw new Error(`REFRESH_SECONDS: expected a number of seconds, got ${JSON.stringify(seconds)}`);
}
