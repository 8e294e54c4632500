import type { Config } from '../../../src/core/config/config.ts';
import { shippedConfig } from '../../support/histories.ts';

/** Every feature, with gaps between bands, and with edges that no real history has. */
export function everyFeature(): Config {
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ name: `day ${day}`, min: day, max: day }));
  return shippedConfig({
    period: 'day',
    combined: {},
    segments: {
      weekdays: { of: 'weekday', bands: days },
      hours: {
        of: 'hour',
        bands: [
          { name: 'early', min: 0, max: 11 },
          { name: 'late', min: 13, max: 22 },
        ],
      },
      orders: {
        of: 'total_orders',
        bands: [
          { name: 'many', min: 100_000 },
          { name: 'some', min: 1, max: 99_999 },
        ],
      },
      recency: {
        of: 'days_since_last_order',
        bands: [
          { name: 'old', min: 90_000 },
          { name: 'new', min: 0, max: 30_000 },
        ],
      },
      tenure: {
        of: 'days_since_first_order',
        bands: [
          { name: 'none', min: 0, max: 0 },
          { name: 'some', min: 2 },
        ],
      },
    },
  });
}
