import type { Times } from './refresh-state.ts';
import { TIMES } from './refreshing.ts';

/** Seconds as text, each from 0 up, with or without a fraction; empty and missing ones have their defaults. */
export interface RefreshVariables {
  /** Between two looks for a newer artifact. */
  REFRESH_SECONDS?: string | undefined;
  /** How long a request waits where nothing was ever loaded, before it is answered from the bundled artifact. */
  FIRST_WAIT_SECONDS?: string | undefined;
}

/**
 * @returns the times of a store, as the deployment sets them
 * @throws Error for what is not a number of seconds
 */
export function refreshTimes(variables: RefreshVariables): Pick<Times, 'refresh' | 'patience'> {
  return {
    refresh: milliseconds('REFRESH_SECONDS', variables.REFRESH_SECONDS) ?? TIMES.refresh,
    patience: milliseconds('FIRST_WAIT_SECONDS', variables.FIRST_WAIT_SECONDS) ?? TIMES.patience,
  };
}

function milliseconds(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (seconds >= 0 && Number.isFinite(seconds)) return seconds * 1000;
  throw new Error(`${name}: expected a number of seconds, got ${JSON.stringify(text)}`);
}
