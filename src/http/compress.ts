import type { Reply } from './exchange.ts';

/** Changes how an answer is sent, before HEAD takes its body away. */
export type Encode = (reply: Reply, request: Request) => Reply | Promise<Reply>;

/** Smaller answers, such as those of POST /voucher, gain next to nothing. In UTF-16 units. */
const SMALLEST = 1024;

/**
 * Compresses larger answers with gzip for a client that takes it: for a server that does not do so by itself, as
 * Cloudflare does. Lines that are still being made go out as they are: a compressor would hold them back.
 */
export function compressLarge(reply: Reply, request: Request): Reply | Promise<Reply> {
  const { body, headers } = reply;
  if (typeof body !== 'string' || body.length < SMALLEST) return reply;
  const varied: Reply = { ...reply, headers: [...headers, ['vary', 'accept-encoding']] };
  if (!acceptsGzip(request.headers.get('accept-encoding'))) return varied;
  return gzip(new Blob([body])).then((bytes) => ({
    ...varied,
    headers: [...varied.headers, ['content-encoding', 'gzip']],
    body: bytes,
  }));
}

/** @returns whether gzip is among the codings of an Accept-Encoding (RFC 9110 12.5.3), and not with q=0 */
export function acceptsGzip(header: string | null): boolean {
  let accepted = false;
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
    const isRefused = parameters.some((text) => /^q\s*=\s*0(?:\.0*)?$/.test(text));
    if (coding === 'gzip' || coding === 'x-gzip') return !isRefused;
    if (coding === '*') accepted = !isRefused;
  }
  return accepted;
}

export async function gzip(bytes: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    await new Response(bytes.stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
  );
}
