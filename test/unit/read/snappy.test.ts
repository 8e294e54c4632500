import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CODECS } from '../../../build/read/parquet-codecs.ts';
import { unpackSnappy } from '../../../build/read/snappy.ts';

/** A literal of some bytes; or a copy of bytes that were written before. */
const element = fc.oneof(
  fc.record({ literal: fc.uint8Array({ minLength: 1, maxLength: 70 }) }),
  fc.record({ literal: fc.uint8Array({ minLength: 250, maxLength: 300 }) }),
  fc.record({ back: fc.nat(), size: fc.integer({ min: 1, max: 64 }), kind: fc.constantFrom(1, 2, 3) }),
);

const little = (number: number, bytes: number) =>
  Array.from({ length: bytes }, (_, at) => Math.floor(number / 2 ** (8 * at)) & 0xff);

/** @returns elements as SNAPPY, and the bytes that they unpack to */
function packed(elements: Iterable<typeof element extends fc.Arbitrary<infer T> ? T : never>) {
  const output: number[] = [];
  const body: number[] = [];
  for (const one of elements) {
    if ('literal' in one) {
      const { length } = one.literal;
      const bytes = length <= 60 ? 0 : length <= 256 ? 1 : 2;
      body.push((bytes === 0 ? length - 1 : 59 + bytes) << 2);
      body.push(...little(length - 1, bytes), ...one.literal);
      output.push(...one.literal);
      continue;
    }
    if (output.length === 0) continue;
    const isShort = one.kind === 1;
    const offset = 1 + (one.back % Math.min(output.length, isShort ? 2047 : 65_535));
    const size = isShort ? 4 + (one.size % 8) : one.size;
    if (isShort) body.push(((offset >> 8) << 5) | ((size - 4) << 2) | 1, offset & 0xff);
    else body.push(((size - 1) << 2) | one.kind, ...little(offset, one.kind === 2 ? 2 : 4));
    for (let left = size; left > 0; left--) output.push(output.at(-offset) ?? 0);
  }
  const length = output.length;
  const head = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return {
    input: Uint8Array.from(length < 0x4000 ? [...head, ...body] : []),
    output: Uint8Array.from(output),
  };
}

const page = fc
  .array(element, { maxLength: 40 })
  .map(packed)
  .filter(({ input }) => input.length > 0);

it('SNAPPY of long pages is unpacked as the decoder of short pages does it', () => {
  fc.assert(
    fc.property(page, ({ input, output }) => {
      expect(unpackSnappy(input, output.length)).toEqual(output);
      expect(CODECS.SNAPPY?.(input, output.length)).toEqual(output);
    }),
  );
});

it('damaged SNAPPY of a long page is refused, or gives as many bytes as it says', () => {
  fc.assert(
    fc.property(page, fc.nat(), fc.nat(255), fc.nat(3), ({ input, output }, where, byte, cut) => {
      const bad = input.slice(0, input.length - cut);
      bad[where % Math.max(1, bad.length)] = byte;
      try {
        expect(unpackSnappy(bad, output.length)).toHaveLength(output.length);
      } catch (error) {
        expect(String(error)).toMatch(/damaged|another length|Offset is outside the bounds/);
      }
    }),
  );
});
