import type { Result, Router } from 'hono/router';

/**
 * A router for paths that are fixed, but for one parameter at the end of some: most requests are found by one look-up.
 * A parameter takes all that follows, so that a name with a slash in it is refused for what it is. What is registered
 * for all methods (`app.use('*', …)`, `app.use('/runs/*', …)`) runs first, in the order of registration, also when it
 * is registered after the routes. Hono's own routers know more kinds of paths, and are 3 % of the bundle.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = 'PathRouter';
  /** By path, then by method: two look-ups cost less than joining the two to one. */
  readonly #fixed = new Map<string, Map<string, Result<T>>>();
  readonly #open: { prefix: string; parameter: string; methods: Map<string, T[]> }[] = [];
  readonly #front: { covers: (path: string) => boolean; handler: T }[] = [];
  /** What was found last: most requests are for the same, and comparing costs less than the look-ups. */
  #last: { method: string; path: string; result: Result<T> } | undefined;

  /** @param path `/runs`, `/runs/:id`, and for all methods `/runs/*` as well */
  add(method: string, path: string, handler: T): void {
    this.#last = undefined;
    if (method === 'ALL') {
      this.#front.push({ covers: coverage(path), handler });
      return;
    }
    const [prefix = '', parameter] = path.split(':');
    if (parameter === undefined) {
      const methods = this.#fixed.get(path) ?? new Map<string, Result<T>>();
      const [before] = methods.get(method) ?? [[]];
      methods.set(method, [[...(before as [T, Record<string, string>][]), [handler, {}]]]);
      this.#fixed.set(path, methods);
      return;
    }
    let route = this.#open.find((other) => other.prefix === prefix);
    if (route === undefined) {
      route = { prefix, parameter, methods: new Map() };
      this.#open.push(route);
    }
    route.methods.set(method, [...(route.methods.get(method) ?? []), handler]);
  }

  match(method: string, path: string): Result<T> {
    if (this.#last?.path !== path || this.#last.method !== method) {
      this.#last = { method, path, result: this.#find(method, path) };
    }
    return this.#last.result;
  }

  #find(method: string, path: string): Result<T> {
    const result = this.#fixed.get(path)?.get(method) ?? this.#matchOpen(method, path);
    if (this.#front.length === 0) return result;
    const front = this.#front.filter(({ covers }) => covers(path));
    return [[...front.map(({ handler }): [T, Record<string, string>] => [handler, {}]), ...pairs(result)]];
  }

  /** @returns the pattern of a path and the methods that it takes; undefined where there is no route of any method */
  at(path: string): { pattern: string; methods: string[] } | undefined {
    const fixed = this.#fixed.get(path);
    if (fixed !== undefined) return { pattern: path, methods: [...fixed.keys()] };
    const open = this.#openAt(path);
    return open && { pattern: `${open.prefix}:${open.parameter}`, methods: [...open.methods.keys()] };
  }

  #matchOpen(method: string, path: string): Result<T> {
    const route = this.#openAt(path);
    const handlers = route?.methods.get(method);
    if (route === undefined || handlers === undefined) return [[]];
    const parameters = { [route.parameter]: path.slice(route.prefix.length) };
    return [handlers.map((handler) => [handler, parameters])];
  }

  #openAt(path: string) {
    return this.#open.find(({ prefix }) => path.length > prefix.length && path.startsWith(prefix));
  }
}

function pairs<T>([found]: Result<T>): [T, Record<string, string>][] {
  return found as [T, Record<string, string>][];
}

/** As Hono has it: `/runs/*` covers `/runs` and all below it. */
function coverage(pattern: string): (path: string) => boolean {
  if (!pattern.endsWith('/*')) return (path) => path === pattern;
  const folder = pattern.slice(0, -2);
  return (path) => path === folder || path.startsWith(`${folder}/`);
}
