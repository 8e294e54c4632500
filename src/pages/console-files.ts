import { sha256Hex } from '../core/canonical.ts';
import { matchesEtag } from '../http/etag.ts';
import { CONSOLE_HEADERS } from './console-headers.ts';
import { type CONSOLE_PATHS, CONSOLE_ROUTES, consolePathOf } from './console-paths.ts';

/** The files of the console by the path that they are served at. What is not built is not there. */
const FILES: Record<(typeof CONSOLE_PATHS)[number], { file: string; type: string }> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/console.js': { file: 'console.js', type: 'text/javascript; charset=utf-8' },
  '/console.css': { file: 'console.css', type: 'text/css; charset=utf-8' },
  '/favicon.svg': { file: 'favicon.svg', type: 'image/svg+xml' },
  '/docs': { file: 'docs.html', type: 'text/html; charset=utf-8' },
  '/openapi.json': { file: 'openapi.json', type: 'application/json' },
};

/** Names the parts that the build made beside the console's first script. */
const PARTS = 'console/parts.json';

/**
 * Serves the console where no static assets of Workers do it. Everything is read once, at the start.
 *
 * @param read gives the bytes of a file of .console/; it may throw, and then the path is the app's to answer
 * @returns the paths that are there, and a function that answers GET and HEAD of them, and null for everything else
 */
export async function consoleFiles(
  read: (file: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<{ paths: readonly string[]; answer: (request: Request) => Response | null }> {
  const files = new Map<
    string,
    { bytes: Uint8Array<ArrayBuffer>; etag: string; headers: Record<string, string> }
  >();
  for (const [path, { file, type }] of [...Object.entries(FILES), ...(await parts(read))]) {
    try {
      const bytes = await read(file);
      const etag = `"${(await sha256Hex(bytes)).slice(0, 32)}"`;
      const own = { 'content-type': type, 'cache-control': 'no-cache', etag };
      files.set(path, { bytes, etag, headers: { ...CONSOLE_HEADERS, ...own } });
    } catch {
      // The console was not built, or may not be read: the service goes on without it.
    }
  }
  return { paths: files.size === 0 ? [] : [...files.keys(), ...CONSOLE_ROUTES], answer };

  function answer(request: Request): Response | null {
    const path = consolePathOf(request);
    const found = path === null ? undefined : files.get(path);
    if (found === undefined) return null;
    const { bytes, etag, headers } = found;
    if (matchesEtag(request.headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers });
    return new Response(request.method === 'HEAD' ? null : bytes, { headers });
  }
}

async function parts(
  read: (file: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<[path: string, { file: string; type: string }][]> {
  try {
    const names: string[] = JSON.parse(new TextDecoder().decode(await read(PARTS)));
    return names.map((name) => [
      `/console/${name}`,
      { file: `console/${name}`, type: 'text/javascript; charset=utf-8' },
    ]);
  } catch {
    return [];
  }
}
