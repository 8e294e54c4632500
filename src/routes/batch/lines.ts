import { concat } from '../../core/concat.ts';
import { isDamaged } from '../../http/body.ts';

/** The longest line that is read, in bytes of UTF-8. */
export const LINE_LIMIT = 64 * 1024;

/** In place of a line that is longer than {@link LINE_LIMIT}: its text is not kept. */
export const TOO_LONG = Symbol('too long');
/** In place of a line that is not UTF-8. */
export const NOT_UTF8 = Symbol('not UTF-8');

export type Line = string | typeof TOO_LONG | typeof NOT_UTF8;

const LINE_END = 10;
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Cuts a text that arrives in pieces of bytes into its lines, and holds no more than one piece and the start of one line.
 * No byte of a longer UTF-8 character is a line end, so that the bytes can be cut before they are read.
 */
export class Lines {
  /** The start of a line whose end has not come. */
  #start: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  #first = true;

  /** @returns the lines that this piece ends, without their line ends */
  push(piece: Uint8Array<ArrayBuffer>): Line[] {
    const end = piece.lastIndexOf(LINE_END);
    if (end === -1) {
      this.#keep(piece);
      return [];
    }
    const whole = this.#take(piece.subarray(0, end));
    this.#keep(piece.subarray(end + 1));
    return this.#read(whole);
  }

  /** @returns what is left: a last line without a line end */
  end(): Line[] {
    return this.#length === 0 ? [] : this.#read(this.#take(new Uint8Array()));
  }

  /** Of a line that is too long already only the length is kept. */
  #keep(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    if (this.#length > LINE_LIMIT) this.#start = [];
    // A copy: a small rest would keep the whole piece.
    else this.#start.push(bytes.slice());
  }

  /** @returns the start of the line and what comes after it; an empty first line where the start was too long */
  #take(rest: Uint8Array<ArrayBuffer>): { bytes: Uint8Array<ArrayBuffer>; cut: boolean } {
    const cut = this.#length > LINE_LIMIT;
    const bytes = this.#start.length === 0 ? rest : concat([...this.#start, rest]);
    this.#start = [];
    this.#length = 0;
    return { bytes, cut };
  }

  #read({ bytes, cut }: { bytes: Uint8Array<ArrayBuffer>; cut: boolean }): Line[] {
    const lines = textLines(bytes);
    if (cut) lines[0] = TOO_LONG;
    const [first] = lines;
    // A byte order mark is no part of the first line.
    if (this.#first && typeof first === 'string' && first.startsWith('\ufeff')) lines[0] = first.slice(1);
    this.#first = false;
    return lines;
  }
}

/** What is not UTF-8 is read as U+FFFD, and takes no line end with it. */
function textLines(bytes: Uint8Array<ArrayBuffer>): Line[] {
  // A UTF-16 unit takes one to three bytes of UTF-8.
  const isTooLong = (line: string) =>
    line.length * 3 > LINE_LIMIT &&
    (line.length > LINE_LIMIT || new TextEncoder().encode(line).length > LINE_LIMIT);
  return UTF8.decode(bytes)
    .split('\n')
    .map((line) => {
      if (isDamaged(line)) return NOT_UTF8;
      return isTooLong(line) ? TOO_LONG : line;
    });
}
