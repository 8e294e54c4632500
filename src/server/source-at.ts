import { type Files, fileSource } from '../store/file.ts';
import { TIMES } from '../store/refreshing.ts';
import type { ArtifactSource } from '../store/source.ts';
import { urlSource } from '../store/url.ts';
import { SettingError } from './setting-error.ts';

/**
 * @param place what ARTIFACT says: the path of a file, or a URL of http, https or file; the scheme in any case
 * @returns the source of the artifact that is there
 * @throws SettingError for a URL of another scheme: a service that cannot find its artifact does not start
 */
export function sourceAt(place: string, fetch: typeof globalThis.fetch, files: Files): ArtifactSource {
  // A letter before a colon is a drive of Windows.
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(place.trim())?.[1]?.toLowerCase();
  if (scheme === undefined) return fileSource(place, files);
  if (scheme === 'http' || scheme === 'https') return urlSource(place.trim(), fetch, TIMES.deadline);
  if (scheme === 'file') return fileSource(pathOf(place.trim()), files);
  throw new SettingError(`ARTIFACT: expected a path, or a URL of http, https or file, got one of ${scheme}`);
}

/** Of a URL such as file:///srv/my%20artifacts/current.json; one with a host would be on another machine. */
function pathOf(place: string): string {
  const url = URL.parse(place);
  if (url?.host !== '')
    throw new SettingError(`ARTIFACT: expected a file URL such as file:///srv/current.json, got ${place}`);
  return decodeURIComponent(url.pathname);
}
