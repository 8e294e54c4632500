import * as z from 'zod/mini';

/** @returns the schema with a sentence for the reference */
export function described<S extends z.ZodMiniType>(schema: S, text: string): S {
  return schema.check(z.describe(text)) as S;
}
