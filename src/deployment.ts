import { parseConfig } from './core/config/config.ts';
import { TIMES, type Times } from './store/refreshing.ts';

/**
 * Reads what config/voucher.json says of serving.
 *
 * @param json its content, parsed; a deployment bundles it
 * @returns stale_after, in seconds
 * @throws Error for a config that does not fit its schema: such a deployment does not start
 */
export function staleAfter(json: unknown): number {
  const config = parseConfig(json);
  if (config.ok) return config.value.stale_after;
  const [first] = config.issues;
  throw new Error(`config/voucher.json: ${first?.path}: ${first?.message}`);
}

/**
 * @param seconds the var REFRESH_SECONDS; a number from 0 up, with or without a fraction
 * @returns the times of a store that looks for a newer artifact that often
 * @throws Error for anything else
 */
export function refreshTimes(seconds: string | undefined): Pick<Times, 'refresh'> {
  if (seconds === undefined || seconds === '') return { refresh: TIMES.refresh };
  const refresh = Number(seconds) * 1000;
  if (refresh >= 0 && Number.isFinite(refresh)) return { refresh };
  throw new Error(`REFRESH_SECONDS: expected a number of seconds, got ${JSON.stringify(seconds)}`);
}
