import { describe, expect, it } from 'vitest';
import { unpacked } from '../../src/ingest/bytes.ts';

const MEBIBYTE = 1 << 20;

async function gzipOf(mebibytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new CompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const written = (async () => {
    const lines = new Uint8Array(MEBIBYTE).fill(0x2c);
    for (let count = 0; count < mebibytes; count++) await writer.write(lines);
    await writer.close();
  })();
  const bytes = new Uint8Array(await new Response(stream.readable).arrayBuffer());
  await written;
  return bytes;
}

describe('gzip in workerd', () => {
  it('is unpacked no faster than it is read', async () => {
    const gzip = await gzipOf(100);
    let given = 0;
    async function* pieces() {
      for (let from = 0; from < gzip.length; from += 4096) {
        const piece = gzip.slice(from, from + 4096);
        given += piece.length;
        yield piece;
      }
    }
    const reading = unpacked(pieces());
    let read = 0;
    for await (const piece of reading) {
      read += piece.length;
      // Others have their turn, as while rows are counted.
      if (read % MEBIBYTE === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(given * 1100 - read).toBeLessThan(40 * MEBIBYTE);
    }
    expect(read).toBe(100 * MEBIBYTE);
  });

  it.each([
    ['cut short', (gzip: Uint8Array<ArrayBuffer>) => gzip.slice(0, -9), /cut short or damaged/],
    ['of another checksum', (gzip: Uint8Array<ArrayBuffer>) => gzip.with(gzip.length - 6, 1), /damaged/],
  ])('%s is refused', async (_, change, message) => {
    const bytes = change(await gzipOf(1));
    async function* pieces() {
      yield bytes;
    }
    const read = async () => {
      for await (const _ of unpacked(pieces()));
    };
    await expect(read()).rejects.toThrow(message);
  });
});
