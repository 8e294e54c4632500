import { keepingLast } from '../core/once-per.ts';

/** What ends a host in a URL, or comes before it. */
const NO_HOST = /[\s/?#\\@]/;

/**
 * Finds the path of a request as a URL parser would: dots are resolved, `\\` is `/`, and what is percent-encoded is
 * decoded, but for what would be a delimiter. workerd hands over such a URL; other servers hand over what was sent.
 *
 * Servers put the Host, as it is, and the path together to the URL: of "a/health?" a part would become the path, which a
 * proxy that guards paths has not seen. Where the URL has one slash, it begins the path, so that the header is not read.
 *
 * @returns the path; of a URL that holds nothing of the kind without parsing it; "" for a Host that cannot be one
 */
export function pathOf({ url, headers }: Request): string {
  const start = url.indexOf('/', url.indexOf(':') + 3);
  return pathIn(url, start, url.includes('/', start + 1) ? headers.get('host') : '');
}

const pathIn = keepingLast((url: string, start: number, host: string | null): string => {
  // The scheme ends with slashes, which are no part of the host.
  if (NO_HOST.test(url.slice(url.indexOf(':') + 3, start) + host)) return '';
  const [target = ''] = url.slice(start).split(/[?#]/, 1);
  return /%|\\|\/\./.test(target) ? decoded(new URL(`http://host${target}`).pathname) : target;
});

/** RFC 3986 2.4: decoded once, so that %2565 is the text %65. What is not UTF-8 stays as it is. */
function decoded(path: string): string {
  return path.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (text) => {
    try {
      return decodeURI(text.replaceAll('%25', '%2525'));
    } catch {
      return text;
    }
  });
}
