import { FIELDS } from '../../../src/core/fields/fields.ts';
import { DROP_REASONS, type RawRow } from '../../../src/core/history/clean.ts';
import type { Reject } from '../engine.ts';

/**
 * Rejects of one file on their way between threads: one text and one array of numbers, where an object for each
 * would take longer to send than to find.
 */
export interface PackedRejects {
  /** The text of all fields. */
  text: string;
  /** For each reject its line, the position of its reason in DROP_REASONS, the number of its fields, and the length of each. */
  numbers: Uint32Array<ArrayBuffer>;
}

const FIELDS_KEPT = 256;

/** Takes rejects of one file and packs them. */
export class RejectPacker {
  #text = '';
  #fields: string[] = [];
  #numbers: number[] = [];
  /** Rejects that are not taken yet. */
  waiting = 0;

  write = ({ line, reason, row, malformed }: Reject): void => {
    const fields = malformed ?? FIELDS.map((field) => row?.[field] ?? '');
    this.#numbers.push(line, DROP_REASONS.indexOf(reason), fields.length);
    for (const field of fields) {
      this.#numbers.push(field.length);
      this.#fields.push(field);
    }
    // A field keeps the text alive that it was cut out of.
    if (this.#fields.length >= FIELDS_KEPT) this.#join();
    this.waiting++;
  };

  /** @returns what was written since the last call */
  take(): PackedRejects {
    this.#join();
    const packed = { text: this.#text, numbers: Uint32Array.from(this.#numbers) };
    this.#text = '';
    this.#numbers = [];
    this.waiting = 0;
    return packed;
  }

  #join(): void {
    this.#text += this.#fields.join('');
    this.#fields = [];
  }
}

/** @param lines added to the line of each */
export function* unpackRejects(
  { text, numbers }: PackedRejects,
  file: string,
  lines: number,
): Generator<Reject> {
  let from = 0;
  for (let at = 0; at < numbers.length; ) {
    const line = (numbers[at++] ?? 0) + lines;
    const reason = DROP_REASONS[numbers[at++] ?? 0] ?? 'malformed_row';
    const fields: string[] = [];
    for (let left = numbers[at++] ?? 0; left > 0; left--) {
      const to = from + (numbers[at++] ?? 0);
      fields.push(text.slice(from, to));
      from = to;
    }
    const malformed = reason === 'malformed_row';
    yield { file, line, reason, row: malformed ? null : rowOf(fields), malformed: malformed ? fields : null };
  }
}

function rowOf(fields: readonly string[]): RawRow {
  return Object.fromEntries(FIELDS.map((field, index) => [field, fields[index] ?? ''])) as RawRow;
}
