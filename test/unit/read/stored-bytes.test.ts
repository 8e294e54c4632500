import { createHash, randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { storedBytes, unpacked } from '../../../build/read/bytes.ts';
import { decoded } from '../../../build/read/text.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
/** Of bytes that no compression makes fewer, longer than the memory that is used in turns. */
const TEXT = `timestamp\n${randomBytes(3_000_000)
  .toString('base64')
  .replaceAll(/(.{1,99})/g, '$1é\n')}`;
const TEXT_BYTES = Buffer.from(TEXT);

it.each<[string, (text: Buffer) => Uint8Array]>([
  ['text', (text) => text],
  ['a line without an end', (text) => Buffer.from(text.toString().replaceAll('\n', ' '))],
  ['members of gzip', (text) => Buffer.concat([gzipSync(text), gzipSync(''), gzipSync(text, { level: 1 })])],
  ['frames of zstd', (text) => Buffer.concat([zstdCompressSync(text), zstdCompressSync(text)])],
  ['a ZIP archive', (text) => zipSync({ 'a.csv': text })],
  ['a ZIP archive of what is not compressed', (text) => zipSync({ 'a.csv': [text, { level: 0 }] })],
])('%s is read as it is, whatever time is taken over a piece', async (name, store) => {
  const bytes = store(TEXT_BYTES);
  const path = folder.write(name.replaceAll(' ', '-'), bytes);
  const hash = createHash('sha256');
  const pieces: string[] = [];
  for await (const piece of decoded(
    unpacked(storedBytes({ path, name, size: bytes.length }, hash, () => {})),
  )) {
    pieces.push(piece);
    await new Promise(setImmediate);
  }
  const text = name === 'a line without an end' ? TEXT.replaceAll('\n', ' ') : TEXT;
  const times = pieces.join('').length / text.length;
  expect(pieces.join('') === text.repeat(times)).toBe(true);
  expect(times).toBe(/members|frames/.test(name) ? 2 : 1);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
});
