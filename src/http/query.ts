import { quoted } from '../core/issues.ts';
import { invalidField } from './problem.ts';

/**
 * The query of a request. What was not understood is refused, never passed over: a flag is `true` or `false`, and a
 * route that names its parameters takes no others.
 */
export class Query {
  readonly #values: URLSearchParams;

  constructor(request: Request) {
    // Some servers hand over a fragment, which no client should send.
    const [url = ''] = request.url.split('#', 1);
    const from = url.indexOf('?');
    this.#values = new URLSearchParams(from === -1 ? '' : url.slice(from + 1));
  }

  /**
   * @returns whether it is true; false when it is missing
   * @throws Problem invalid_request for anything but true and false, and when it is there twice
   */
  flag(name: string): boolean {
    const value = this.text(name) ?? 'false';
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalidField(name, `expected true or false, got ${quoted(value, 40)}`);
  }

  /** @throws Problem invalid_request when it is there twice */
  text(name: string): string | undefined {
    const values = this.all(name);
    if (values.length > 1) throw invalidField(name, `expected it once, got it ${values.length} times`);
    return values[0];
  }

  all(name: string): string[] {
    return this.#values.getAll(name);
  }

  /** @throws Problem invalid_request for a parameter of another name */
  only(...names: string[]): void {
    for (const name of this.#values.keys()) {
      if (names.includes(name)) continue;
      const known = names.length === 0 ? 'this route has no parameters' : `it may be ${names.join(' or ')}`;
      throw invalidField(name.slice(0, 80), `there is no parameter of this name: ${known}`);
    }
  }
}
