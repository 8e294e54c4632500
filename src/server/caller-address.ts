import { SettingError } from './setting-error.ts';

/** Which address a request came from, where no platform says it in a header. */
interface CallerAddress {
  /** Notes the address of a request's connection. */
  note(request: Request, info: { remoteAddr: { hostname?: string } }): Request;
  /** @returns the address of a request that was noted */
  of(request: Request): string;
}

/**
 * Reads the variable BEHIND_PROXY.
 *
 * @throws SettingError for another word: taken for "false", it would have all callers share the limit of their proxy
 */
export function isBehindProxy(text = ''): boolean {
  if (['true', 'false', ''].includes(text.trim())) return text.trim() === 'true';
  throw new SettingError(`BEHIND_PROXY: expected true or false, got ${JSON.stringify(text)}`);
}

/**
 * @param behindProxy whether every request comes through a proxy that adds its client to X-Forwarded-For, as nginx and
 *   Caddy do. Without one, anybody could write an address there.
 */
export function callerAddress(behindProxy: boolean): CallerAddress {
  const addresses = new WeakMap<Request, string>();
  return {
    note(request, { remoteAddr }) {
      const forwarded = behindProxy ? request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : '';
      addresses.set(request, forwarded || (remoteAddr.hostname ?? 'unknown'));
      return request;
    },
    of: (request) => addresses.get(request) ?? 'unknown',
  };
}
