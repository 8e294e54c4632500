/** An address of the console: #/segments?of=recency_segment is the view "segments" with a query. */
export interface Address {
  view: string;
  query: URLSearchParams;
}

/** What a view keeps in its address, by name; null and '' leave a name out. */
export type Query = Readonly<Record<string, string | null | undefined>>;

export function currentAddress(): Address {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  return { view: path || 'overview', query: new URLSearchParams(query) };
}

/** @example addressOf('segments', { of: 'recency_segment' }) // '#/segments?of=recency_segment' */
export function addressOf(view: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value == null || value === '' ? [] : [[name, value]],
  );
  const text = new URLSearchParams(given).toString();
  return `#/${view === 'overview' ? '' : view}${text === '' ? '' : `?${text}`}`;
}

/** Of the window: the query of the address has changed, by a view or by the browser's back and forward. */
export const QUERY_CHANGED = 'querychanged';

/**
 * Changes some names of the query and keeps the others.
 *
 * @param how `push` makes a step that the back button undoes; `replace` does not, for what changes with each key
 */
export function changeQuery(changes: Query, how: 'push' | 'replace' = 'push'): void {
  const { view, query } = currentAddress();
  const next = addressOf(view, { ...Object.fromEntries(query), ...changes });
  if (next === addressOf(view, Object.fromEntries(query))) return;
  if (how === 'push') history.pushState(null, '', next);
  else history.replaceState(null, '', next);
  dispatchEvent(new Event(QUERY_CHANGED));
}
