/** Where the service has its time from. Both in milliseconds, with fractions where the platform has them. */
export interface Clock {
  /** Since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Since any fixed moment; it never goes back, so that differences are durations. */
  elapsed(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/** Waits for some milliseconds. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits for some work, so many milliseconds at most. @param late what is said of work that takes longer, which goes on */
export async function within<T>(milliseconds: number, work: Promise<T>, late: string): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(late)), milliseconds);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
