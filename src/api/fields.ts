import * as z from 'zod/mini';
import { VersionSchema } from '../core/artifact/version.ts';

/** Fields that several resources have. */
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
export const Version = VersionSchema;
export const Names = z.array(z.string());

/** @returns the schema with a sentence for the reference */
export function described<S extends z.ZodMiniType>(schema: S, text: string): S {
  return schema.check(z.describe(text)) as S;
}

/** True for two types that are the same, false for any others. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Written out, so that `{a} & {b}` and `{a, b}` are one type. */
type Flat<T> = T extends readonly (infer E)[]
  ? Flat<E>[]
  : T extends object
    ? { [K in keyof T]: Flat<T[K]> }
    : T;

/**
 * Ties a schema to a type of the core: code that compiles has the two alike. A field that is added to one of them is
 * an error here until the other has it, too.
 *
 * @example const PointerSchema = wireOf<Entry>()(z.strictObject({ version: Version, by: z.string() }));
 */
export function wireOf<T>() {
  return <S extends z.ZodMiniType>(
    schema: Same<Flat<z.output<S>>, Flat<T>> extends true ? S : { 'expected the fields of': T },
  ): S => schema as S;
}
