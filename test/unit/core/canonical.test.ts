import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/core/canonical.ts';

describe('canonical JSON', () => {
  it('is the JSON of the same value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: 1, a: [true, null], 10: 'x', 9: -0 })).toBe(
      '{"10":"x","9":0,"a":[true,null],"b":1}',
    );
  });

  it('writes a Map as an object and leaves out what is undefined', () => {
    expect(
      canonicalJson(
        new Map([
          ['__proto__', 1],
          ['a', 2],
        ]),
      ),
    ).toBe('{"__proto__":1,"a":2}');
    expect(canonicalJson({ a: undefined })).toBe('{}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, [undefined], () => 1])(
    'refuses %s, which JSON cannot hold',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});
