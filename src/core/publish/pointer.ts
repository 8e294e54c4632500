import * as z from 'zod/mini';
import { VersionSchema } from '../artifact/version.ts';
import { type Checked, check } from '../issues.ts';
import { parseJson } from '../parse-json.ts';

/** The key of the pointer: the one key that changes. */
export const POINTER_KEY = 'current';

const Instant = z.string().check(z.refine(isInstant, { error: 'expected an ISO 8601 time in UTC' }));

/** What the service answers from, since when, by whose hand, and what it was before. */
const PointerSchema = z.object({
  version: VersionSchema,
  /** ISO 8601 in UTC, with milliseconds. */
  published_at: Instant,
  by: z.string(),
  previous: z.nullable(VersionSchema),
});
export type Pointer = z.infer<typeof PointerSchema>;

/** One move of the pointer, as the history keeps it. */
const MoveSchema = z.extend(PointerSchema, { action: z.enum(['publish', 'rollback']) });
export type Move = z.infer<typeof MoveSchema>;

/** Reads the value of {@link POINTER_KEY}. */
export function parsePointer(text: string): Checked<Pointer> {
  return check(PointerSchema as z.ZodMiniType<Pointer>, parseJson(text));
}

/** @param input a value of the history as text, or its metadata */
export function parseMove(input: unknown): Checked<Move> {
  return check(MoveSchema as z.ZodMiniType<Move>, typeof input === 'string' ? parseJson(input) : input);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
