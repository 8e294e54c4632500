import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { gunzipMembers } from '../../src/ingest/members.ts';

const text = Array.from(
  { length: 5_000 },
  (_, row) => `2026-05-01,Peru,2026-03-15,,${row},${(row * 7919) % 1000}\n`,
).join('');

async function unpack(bytes: Uint8Array, piece: number): Promise<string> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield new Uint8Array(bytes.subarray(at, at + piece));
  }
  const out: Uint8Array[] = [];
  for await (const part of gunzipMembers(pieces())) out.push(part);
  return Buffer.concat(out).toString();
}

it.each([1, 2, 3, 7])('reads all of %i members of gzip, wherever the bytes are cut', async (members) => {
  const bytes = Buffer.concat(Array.from({ length: members }, () => gzipSync(text)));
  for (const piece of [13, 4096, 65_536, bytes.length])
    expect(await unpack(bytes, piece)).toBe(text.repeat(members));
});

it.each<[string, (bytes: Buffer) => Buffer]>([
  ['is cut short', (bytes) => bytes.subarray(0, -30)],
  ['has something else after its end', (bytes) => Buffer.concat([bytes, Buffer.from('and more text')])],
  ['has another checksum', (bytes) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8)])],
])('refuses gzip that %s', async (_, damage) => {
  await expect(unpack(damage(Buffer.concat([gzipSync(text), gzipSync(text)])), 4096)).rejects.toThrow(
    /cut short or damaged/,
  );
});
