import type { ReadingConfig } from '../../src/core/config/reading.ts';
import { PLAIN_NUMBERS } from '../../src/core/fields/numbers.ts';

/** How a history is read by a config that says nothing of it. */
export const DEFAULT_READING: ReadingConfig = { numbers: PLAIN_NUMBERS, times: { format: 'iso' } };
