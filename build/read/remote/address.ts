const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/** @returns the scheme of an address, such as `s3`; null for a path */
export function schemeOf(path: string): string | null {
  return SCHEME.exec(path)?.[1]?.toLowerCase() ?? null;
}

/** @returns whether an input is an address that is read over the network, not a file of this machine */
export function isAddress(path: string): boolean {
  const scheme = schemeOf(path);
  return scheme === 'https' || scheme === 'http' || scheme === 's3';
}

/** The path that means standard input. */
const STANDARD_INPUT = '-';

/** @returns whether a path is standard input; a file with this name is called ./- */
export function isStdin(path: string): boolean {
  return path === STANDARD_INPUT;
}

/** @returns a path as people may see it: an address without user, password and query, which may hold a signature */
export function shownPath(path: string): string {
  const scheme = schemeOf(path);
  if (scheme === null) return isStdin(path) ? 'standard input' : path;
  const bare = path.replace(/^([^/]*\/\/)[^/]*@/, '$1');
  return scheme === 's3' ? bare : bare.replace(/[?#].*$/s, '');
}
