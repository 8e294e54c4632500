import { SECONDS_PER_DAY } from '../time.ts';
import { readable } from '../words.ts';

/** How old a history is. It has nothing to do with when the service last looked for a newer artifact. */
interface DataAge {
  /** Of the newest row that was kept, ISO 8601 in UTC. */
  last_timestamp: string;
  /** Whole days since then; 0 for a row that is later than now. */
  age_days: number;
  /** What the config allows. */
  largest_age_days: number;
  stale: boolean;
}

/**
 * @param data of a table
 * @param now milliseconds since the epoch
 * @param limit of the config, in days
 */
export function dataAge(
  { last_timestamp }: { last_timestamp: string },
  now: number,
  limit: { largest_data_age_days: number },
): DataAge {
  const days = (now - Date.parse(last_timestamp)) / (SECONDS_PER_DAY * 1000);
  const largest_age_days = limit.largest_data_age_days;
  return {
    last_timestamp,
    age_days: Math.max(0, Math.floor(days)),
    largest_age_days,
    stale: days > largest_age_days,
  };
}

/** Local times that were exported as UTC are up to 14 hours ahead. */
const AHEAD_MS = SECONDS_PER_DAY * 1000;

/** @returns whether a time is in the future, in whatever zone it was written @param now milliseconds since the epoch */
export function isAhead(timestamp: string, now: number): boolean {
  return Date.parse(timestamp) - now > AHEAD_MS;
}

/**
 * @param now milliseconds since the epoch
 * @returns sentences about a history that is too old, or whose newest row is in the future; none for any other
 */
export function ageWarnings(age: DataAge, now: number): string[] {
  if (!isAhead(age.last_timestamp, now)) return staleWarnings(age);
  return [
    `The newest row of the history is of ${age.last_timestamp.slice(0, 10)}, which is in the future: until then it cannot be said whether the history is stale. npm run doctor shows such rows.`,
  ];
}

/** @returns sentences about a history that is too old, for people; none for any other */
export function staleWarnings({ last_timestamp, age_days, largest_age_days, stale }: DataAge): string[] {
  if (!stale) return [];
  return [
    `The history is stale: its newest row is of ${last_timestamp.slice(0, 10)}, ${readable(age_days)} days ago, and the config allows ${largest_age_days} days (largest_data_age_days). Add newer rows.`,
  ];
}
