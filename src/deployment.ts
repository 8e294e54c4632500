import json from '../config/voucher.json' with { type: 'json' };
import { type Config, parseConfig } from './core/config/config.ts';
import { TIMES, type Times } from './store/refreshing.ts';

let parsed: Config | null = null;

/**
 * config/voucher.json as it was when the service was deployed: what uploads are counted under, what guards a version
 * that is to go live, and when one is stale. An artifact says none of this, so it could not stand in.
 *
 * @throws Error for a config that does not fit its schema: such a deployment does not start
 */
export function deployedConfig(): Config {
  if (parsed !== null) return parsed;
  const checked = parseConfig(json);
  if (!checked.ok) {
    const [first] = checked.issues;
    throw new Error(`config/voucher.json: ${first?.path}: ${first?.message}`);
  }
  parsed = checked.value;
  return parsed;
}

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
