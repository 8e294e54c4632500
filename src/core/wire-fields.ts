import * as z from 'zod/mini';

/** Fields that several schemas have of what goes over the wire. */
export const Count = z.int().check(z.gte(0));
export const Amount = z.number().check(z.gte(0));
/** A time as the service writes it. */
export const Time = z
  .string()
  .check(
    z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/),
    z.describe('ISO 8601 in UTC, such as 2026-07-01T12:00:00Z.'),
  );
export const Currency = z
  .string()
  .check(z.regex(/^[A-Z]{3}$/), z.describe('ISO 4217, where the config names one for the country.'));
export const Names = z.array(z.string());
