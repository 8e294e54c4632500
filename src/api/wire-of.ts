import type * as z from 'zod/mini';

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
