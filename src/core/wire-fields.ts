import * as z from 'zod/mini';
import { described } from './described.ts';

/** Fields that several schemas have of what goes over the wire. */
export const Count = z.int().check(z.gte(0));
export const Amount = z.number().check(z.gte(0));
/** A time as the service writes it. */
export const Time = described(
  z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/)),
  'ISO 8601 in UTC, such as 2026-07-01T12:00:00Z.',
);
export const Currency = described(
  z.string().check(z.regex(/^[A-Z]{3}$/)),
  'ISO 4217, where the config names one for the country.',
);
export const Names = z.array(z.string());
