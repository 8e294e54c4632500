import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AsideFile } from './aside.ts';

const compress = promisify(gzip);

/** Characters that are kept before they are written. */
const BUFFERED = 1 << 20;

/**
 * A text file that grows and takes its name when it is complete. One that ends in .gz is compressed: each part is a
 * member of its own, which RFC 1952 (2.2) allows and every reader joins.
 */
export class TextFile {
  readonly #file: AsideFile;
  readonly #compressed: boolean;
  #buffer = '';

  private constructor(file: AsideFile) {
    this.#file = file;
    this.#compressed = /\.gz$/i.test(file.path);
  }

  static async open(path: string): Promise<TextFile> {
    return new TextFile(await AsideFile.open(path));
  }

  /** Adds text; it is kept until {@link drained}. */
  add(text: string): void {
    this.#buffer += text;
  }

  /** Writes what is kept, if it is much. */
  async drained(): Promise<void> {
    if (this.#buffer.length > BUFFERED) await this.#flush();
  }

  async commit(): Promise<void> {
    await this.#flush();
    await this.#file.commit();
  }

  async discard(): Promise<void> {
    await this.#file.discard();
  }

  async #flush(): Promise<void> {
    const text = this.#buffer;
    this.#buffer = '';
    await this.#file.write(this.#compressed ? await compress(text) : text);
  }
}
