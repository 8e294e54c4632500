import * as z from 'zod/mini';

/** Characters of a reason. */
const LONGEST_REASON = 500;

/** What a reason may be, as a sentence. */
export const REASON_RULE = `A reason is one line of at most ${LONGEST_REASON} characters, without control characters.`;

/** Why something is published, held or taken back: one line for the history. */
export const ReasonSchema = z.string().check(
  z.trim(),
  z.minLength(1),
  z.maxLength(LONGEST_REASON),
  z.refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && text.isWellFormed(), {
    error: REASON_RULE,
  }),
);
