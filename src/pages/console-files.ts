import { getMimeType } from 'hono/utils/mime';
import { acceptsGzip, gzip } from '../http/compress.ts';
import { etagMatches, etagOf } from '../http/etag.ts';
import { CONSOLE_HEADERS } from './console-headers.ts';
import { CONSOLE_PATHS, PARTS } from './console-paths.ts';

/** Names the parts that the build made beside the console's first script. */
const LIST = 'console/parts.json';

/**
 * Serves the console where no static assets of Workers do it. Everything is read once, at the start.
 *
 * @param read gives the bytes of a file of .console/; a path whose file it cannot read is not served
 */
export async function consoleFiles(
  read: (file: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<{ paths: readonly string[]; answer: (request: Request, path: string) => Response }> {
  const files = new Map<string, File>();
  for (const path of [...CONSOLE_PATHS, ...(await parts(read))]) {
    try {
      const file = fileOf(path);
      const bytes = await read(file);
      const etag = await etagOf(bytes);
      const own = {
        'content-type': getMimeType(file) ?? '',
        'cache-control': 'no-cache',
        etag: `W/${etag}`,
        vary: 'accept-encoding',
      };
      const compressed = await gzip(new Blob([bytes]));
      files.set(path, { bytes, compressed, etag, headers: { ...CONSOLE_HEADERS, ...own } });
    } catch {
      // The console was not built, or may not be read: the service goes on without it.
    }
  }

  function answer(request: Request, path: string): Response {
    const file = files.get(path);
    if (file === undefined) throw new Error(`expected a path of the console, got ${path}`);
    const { etag } = file;
    const coded = acceptsGzip(request.headers.get('accept-encoding'));
    const bytes = coded ? file.compressed : file.bytes;
    const headers = coded ? { ...file.headers, 'content-encoding': 'gzip' } : file.headers;
    if (etagMatches(request.headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers: file.headers });
    if (request.method === 'HEAD')
      return new Response(null, { headers: { ...headers, 'content-length': String(bytes.length) } });
    return new Response(bytes, { headers });
  }

  return { paths: [...files.keys()], answer };
}

interface File {
  bytes: Uint8Array<ArrayBuffer>;
  /** The same with gzip. */
  compressed: Uint8Array<ArrayBuffer>;
  etag: string;
  headers: Record<string, string>;
}

/** @returns the file of .console/ that is served at a path. What is not built is not there. */
function fileOf(path: string): string {
  if (path === '/') return 'index.html';
  return path.includes('.') ? path.slice(1) : `${path.slice(1)}.html`;
}

async function parts(read: (file: string) => Promise<Uint8Array<ArrayBuffer>>): Promise<string[]> {
  try {
    const names: string[] = JSON.parse(new TextDecoder().decode(await read(LIST)));
    return names.map((name) => PARTS + name);
  } catch {
    return [];
  }
}
