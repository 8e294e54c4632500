import { createHash } from 'node:crypto';
import { appendFileSync, truncateSync, unlinkSync } from 'node:fs';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../../build/read/source.ts';
import { noNotes } from '../../../src/core/history/unread.ts';
import { AS_SHIPPED } from '../../support/reading.ts';
import { COLUMNS, HEADER, line } from '../support/csv.ts';
import { readFileRows, temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
/** Longer than what is read at a time, with characters of one to four bytes at every place that might be cut. */
const ROWS = Array.from({ length: 9000 }, (_, index) => line(`é😀${'x'.repeat(index % 5)}${index}`));
const TEXT = `${HEADER}\n${ROWS.join('\r\n')}\n`;
/** A zstd frame that holds no data. */
const SKIPPABLE = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const half = TEXT.indexOf('\n', TEXT.length / 2) + 1;

describe('a CSV file', () => {
  it.each<[string, Uint8Array]>([
    ['as it is', Buffer.from(TEXT)],
    ['with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['with old line ends', Buffer.from(TEXT.replaceAll('\r\n', '\n').replaceAll('\n', '\r'))],
    ['in UTF-16, little end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['in UTF-16, big end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
    ['with gzip', gzipSync(TEXT)],
    [
      'with gzip in several members',
      Buffer.concat([gzipSync(TEXT.slice(0, half)), gzipSync(TEXT.slice(half))]),
    ],
    ['with zstd', zstdCompressSync(TEXT)],
    [
      'with zstd that has a checksum',
      zstdCompressSync(TEXT, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    ],
    [
      'with zstd in several frames',
      Buffer.concat([zstdCompressSync(TEXT.slice(0, half)), SKIPPABLE, zstdCompressSync(TEXT.slice(half))]),
    ],
  ])('is read %s, whatever its name says', async (_, bytes) => {
    const {
      rows,
      lines,
      malformed,
      sha256,
      bytes: read,
    } = await readFileRows(folder.write('history.dat', bytes));
    expect(rows.map((row) => row.country_code)).toEqual(ROWS.map((text) => text.split(',')[1]));
    expect([lines[0], lines.at(-1), malformed]).toEqual([2, 9001, []]);
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(read).toBe(bytes.length);
  });

  const latin1 = Buffer.from(`${HEADER}\n${line('1')}\n${line('Perú')}\n${line('3')}\n`, 'latin1');
  const binary = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256));

  it.each<[string, Uint8Array, RegExp]>([
    ['in another encoding', latin1, /line 3: country_code is not UTF-8/],
    [
      'in another encoding, far inside',
      Buffer.concat([Buffer.from(TEXT), latin1]),
      /line 9004: country_code is not UTF-8/,
    ],
    ['that is binary', binary, /binary/],
    [
      'that has a country with a NUL',
      Buffer.from(`${TEXT}${line('a\0b')}\n`),
      /line 9002: country_code has a NUL/,
    ],
    ['in UTF-16 that ends inside a character', Buffer.from('\uFEFFa', 'utf16le').subarray(0, 3), /UTF-16/],
    [
      'with gzip, cut short',
      gzipSync(TEXT).subarray(0, -20),
      /cut short or damaged \(unexpected end of file\)/,
    ],
    [
      'with zstd that looks back over 2 GiB',
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 1, 0, 0]),
      /compress it without --long=31 and --ultra/,
    ],
    ['with something after zstd', Buffer.concat([zstdCompressSync(TEXT), Buffer.from('junk')]), /zstd frame/],
    [
      'with zstd, cut short between',
      Buffer.concat([zstdCompressSync(TEXT), zstdCompressSync(TEXT).subarray(0, 9)]),
      /cut short/,
    ],
    [
      'with something after gzip',
      Buffer.concat([gzipSync(TEXT), gzipSync(TEXT).subarray(0, 12)]),
      /cut short/,
    ],
    ['with zstd, cut short', zstdCompressSync(TEXT).subarray(0, -20), /cut short or damaged/],
    [
      'with gzip, damaged',
      gzipSync(TEXT).map((byte, at) => (at === 5000 ? byte ^ 255 : byte)),
      /damaged|UTF-8/,
    ],
    [
      'that is a workbook',
      zipSync({ '[Content_Types].xml': Buffer.from('<Types/>') }),
      /a workbook \(\.xlsx/,
    ],
    ['that begins like a ZIP archive', Buffer.from('PK\x03\x04 and more'), /ZIP archive/],
  ])('is refused %s, and named', async (_, bytes, message) => {
    const path = folder.write('broken.csv', bytes);
    await expect(readFileRows(path)).rejects.toThrow(message);
    await expect(readFileRows(path)).rejects.toThrow(path);
  });

  const reading = (onFirst: () => void) => ({
    ...AS_SHIPPED,
    columns: COLUMNS,
    onRow: (_: unknown, line: number) => line === 2 && onFirst(),
    onMalformed: () => {},
    onBytes: () => {},
    onBatch: async () => {},
  });

  it('is refused when it vanishes before it is read, or is cut while it is read', async () => {
    const path = folder.write('moving.csv', TEXT.repeat(5));
    const file = { path, name: 'moving.csv', size: Buffer.byteLength(TEXT) * 5 };
    await expect(
      readHistory(
        file,
        noNotes(),
        reading(() => truncateSync(path, 1000)),
      ),
    ).rejects.toThrow(/moving\.csv: .*it was cut while it was read/);
    unlinkSync(path);
    await expect(
      readHistory(
        file,
        noNotes(),
        reading(() => {}),
      ),
    ).rejects.toThrow(/moving\.csv: there is no such file/);
  });

  it('may grow while it is read', async () => {
    const path = folder.write('growing.csv', TEXT);
    const file = { path, name: 'growing.csv', size: Buffer.byteLength(TEXT) };
    await expect(
      readHistory(
        file,
        noNotes(),
        reading(() => appendFileSync(path, `${line('new')}\n`)),
      ),
    ).resolves.toHaveLength(64);
  });
});
