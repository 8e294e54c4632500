/** An address of the console: #/segments?of=recency_segment is the view "segments" with a query. */
export interface Address {
  view: string;
  query: URLSearchParams;
}

export function currentAddress(): Address {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  return { view: path || 'overview', query: new URLSearchParams(query) };
}

export function addressOf(view: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  return `#/${view === 'overview' ? '' : view}${text === '' ? '' : `?${text}`}`;
}

/** Changes the query of the address in place, so that a view as it stands can be shared and reloaded. */
export function remember(view: string, query: Record<string, string>): void {
  history.replaceState(null, '', addressOf(view, query));
}
