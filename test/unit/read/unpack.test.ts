import { randomBytes } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { gunzipMembers } from '../../../src/unpack/gzip.ts';
import { unzipped } from '../../../src/unpack/zip.ts';
import { unzstd } from '../../../src/unpack/zstd.ts';

const text = Array.from(
  { length: 400 },
  (_, row) => `2026-05-01,Peru,2026-03-15,,${row},${(row * 7919) % 1000}\n`,
).join('');

type Unpack = (pieces: AsyncIterable<Uint8Array<ArrayBuffer>>) => AsyncIterable<Uint8Array>;

async function unpack(unpacker: Unpack, bytes: Uint8Array, piece: number): Promise<string> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield new Uint8Array(bytes.subarray(at, at + piece));
  }
  const out: Uint8Array[] = [];
  for await (const part of unpacker(pieces())) out.push(part);
  return Buffer.concat(out).toString();
}

const CHECKED = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** Bytes after the data of a part, which begin with its checksum; none where a format has no checksum. */
function trailerOf(format: string): number[] {
  if (format === 'gzip') return [8];
  return format === 'zstd' ? [] : [4];
}

describe.each<[string, Unpack, (text: string) => Buffer]>([
  ['gzip', gunzipMembers, (text) => gzipSync(text)],
  ['zstd', unzstd, (text) => zstdCompressSync(text)],
  ['zstd with checksums', unzstd, (text) => zstdCompressSync(text, CHECKED)],
])('%s', (name, unpacker, compress) => {
  it.each([1, 2, 3, 7])('of %i parts is read to its end, wherever the bytes are cut', async (parts) => {
    const bytes = Buffer.concat(Array.from({ length: parts }, () => compress(text)));
    for (const piece of [13, 4096, 65_536, bytes.length])
      expect(await unpack(unpacker, bytes, piece)).toBe(text.repeat(parts));
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['is cut short in its first part', (bytes) => bytes.subarray(0, 1_000)],
    ['is cut short near its end', (bytes) => bytes.subarray(0, -3)],
    ['has something else after its end', (bytes) => Buffer.concat([bytes, Buffer.from('and more text')])],
    ...trailerOf(name).map((length): [string, (bytes: Buffer) => Buffer] => [
      'has another checksum',
      (bytes) => Buffer.concat([bytes.subarray(0, -length), Buffer.alloc(length)]),
    ]),
  ])('that %s is refused', async (_, damage) => {
    const bytes = damage(Buffer.concat([compress(text), compress(text)]));
    for (const piece of [13, 65_536])
      await expect(unpack(unpacker, bytes, piece)).rejects.toThrow(/cut short|damaged/);
  });
});

describe('gzip', () => {
  it.each([1, 3, 4, 512, 70_000])('is read past %i zeros between its parts and at its end', async (zeros) => {
    // A part of nothing has a trailer of zeros.
    const parts = [text, '', text, 'x'].flatMap((part) => [gzipSync(part), Buffer.alloc(zeros)]);
    for (const piece of [13, 4096, 65_536])
      expect(await unpack(gunzipMembers, Buffer.concat(parts), piece)).toBe(`${text}${text}x`);
    const more = Buffer.concat([...parts, Buffer.from('more')]);
    await expect(unpack(gunzipMembers, more, 65_536)).rejects.toThrow(/something that is not gzip follows/);
  });
});

describe('zstd', () => {
  it('of bytes that are repeated is unpacked a little at a time', async () => {
    // A block of 128 KiB of one byte takes four (RFC 8878, 3.1.1.2).
    const block = Buffer.from([0x02, 0x00, 0x10, 0x20]);
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3]);
    const bomb = Buffer.concat([frame, ...Array(16_000).fill(block)]);
    async function* pieces() {
      yield new Uint8Array(bomb);
    }
    const before = process.memoryUsage().arrayBuffers;
    let size = 0;
    let most = 0;
    for await (const piece of unzstd(pieces())) {
      size += piece.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      if (size >= 16 << 20) break;
    }
    expect(size).toBe(16 << 20);
    // With what is not collected yet.
    expect(most).toBeLessThan(128 << 20);
  });

  it('with frames to be skipped is read without them', async () => {
    const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
    const bytes = Buffer.concat([skipped, zstdCompressSync(text), skipped]);
    for (const piece of [1, 13, 65_536]) expect(await unpack(unzstd, bytes, piece)).toBe(text);
  });

  it('is checked whatever its length is, and however its frames are cut', async () => {
    const contents = Array.from({ length: 140 }, (_, length) => randomBytes(length).toString('latin1'));
    const bytes = Buffer.concat(contents.map((content) => zstdCompressSync(content, CHECKED)));
    for (const piece of [1, 7, 64, bytes.length])
      expect(await unpack(unzstd, bytes, piece)).toBe(contents.join(''));
  });

  it('with one byte of its content exchanged is refused', async () => {
    const bytes = zstdCompressSync(randomBytes(5_000), CHECKED);
    // Random bytes are stored as they are.
    bytes[2_500] = (bytes[2_500] ?? 0) ^ 1;
    for (const piece of [13, 65_536])
      await expect(unpack(unzstd, bytes, piece)).rejects.toThrow(/what it holds has another checksum/);
  });

  it('that looks back further than the memory goes is refused before any is taken', async () => {
    // A frame with a window of 2 GiB, and nothing in it.
    const bytes = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    await expect(unpack(unzstd, bytes, 64)).rejects.toThrow(
      /looks back up to 2147483648 bytes.*without --long/,
    );
  });
});

/** Where the first file of an archive has the number of its method (APPNOTE.TXT, 4.3.7). */
const METHOD_AT = 8;

describe('a ZIP archive', () => {
  const archive = Buffer.from(
    zipSync({ 'history.csv': Buffer.from(text), '__MACOSX/._history.csv': randomBytes(300) }),
  );

  it('with one file is read, wherever the bytes are cut', async () => {
    for (const piece of [13, 4096, archive.length]) expect(await unpack(unzipped, archive, piece)).toBe(text);
  });

  it('with a file that is stored as it is is read', async () => {
    const stored = zipSync({ 'history.csv': [Buffer.from(text), { level: 0 }] });
    expect(await unpack(unzipped, stored, 4096)).toBe(text);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['is cut short', () => archive.subarray(0, archive.length / 2), /cut short/],
    [
      'lacks its table of contents',
      () => archive.subarray(0, archive.indexOf('PK\u0001\u0002')),
      /cut short/,
    ],
    [
      'has another byte in its data',
      () => {
        const stored = Buffer.from(zipSync({ 'history.csv': [Buffer.from(text), { level: 0 }] }));
        stored[5_000] = (stored[5_000] ?? 0) ^ 1;
        return stored;
      },
      /damaged: what it holds has another checksum/,
    ],
    [
      'has two files',
      () => zipSync({ 'a.csv': Buffer.from('a'), 'b.csv': Buffer.from('b') }),
      /"a\.csv", "b\.csv"/,
    ],
    [
      'is compressed by another method than Deflate',
      () => {
        const archive = Buffer.from(zipSync({ 'a.csv': Buffer.from('a') }));
        archive.writeUInt16LE(12, METHOD_AT);
        return archive;
      },
      /method 12, and only Deflate is read: pack it again, or unpack it/,
    ],
    ['has none', () => zipSync({ 'folder/': Buffer.alloc(0) }), /found none/],
    [
      'is encrypted',
      () => encrypted(zipSync({ 'a.csv': Buffer.from('a') })),
      /is encrypted: unpack it with its password/,
    ],
    [
      'is a workbook of another program',
      () => zipSync({ 'docProps/app.xml': Buffer.from('<x/>'), 'xl/workbook.xml': Buffer.from('<x/>') }),
      /a workbook \(\.xlsx/,
    ],
    [
      'is a workbook',
      () => zipSync({ '[Content_Types].xml': Buffer.from('<x/>') }),
      /a workbook \(\.xlsx, \.ods or \.numbers\)/,
    ],
  ])('that %s is refused', async (_, bytes, message) => {
    await expect(unpack(unzipped, bytes(), 4096)).rejects.toThrow(message);
  });
});

/** Says of its first file that it is encrypted. */
function encrypted(archive: Uint8Array): Uint8Array {
  return archive.with(6, (archive[6] ?? 0) | 1);
}
