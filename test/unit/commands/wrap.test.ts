import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrap } from '../../../build/cli/wrap.ts';

const word = fc.string({ minLength: 1, maxLength: 30 }).map((text) => text.replaceAll(/[\s\p{Mark}]/gu, 'x'));
const ascii = fc.array(fc.stringMatching(/^[!-~]{1,30}$/), { minLength: 1, maxLength: 60 });

describe('wrap', () => {
  it('keeps every word, and their order', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.nat(40), (words, indent) => {
        expect(wrap(words.join(' '), indent).split(/\s+/)).toEqual(words);
      }),
    );
  });

  it('fills lines of 80 columns, and begins each but the first with the indent', () => {
    fc.assert(
      fc.property(ascii, fc.nat(40), fc.nat(45), (words, indent, taken) => {
        const [first = '', ...others] = wrap(words, indent, taken).split('\n');
        expect(first.length + taken).toBeLessThanOrEqual(80);
        for (const line of others) {
          expect(line.length).toBeLessThanOrEqual(80);
          expect(line.match(/^ */)?.[0].length).toBe(indent);
        }
        const lines = [`${' '.repeat(taken)}${first}`, ...others];
        for (const [at, line] of lines.slice(1).entries()) {
          const [next = ''] = line.trimStart().split(' ');
          expect(`${lines[at]} ${next}`.length).toBeGreaterThan(80);
        }
      }),
    );
  });

  it('leaves a word whole that is wider than a line', () => {
    const address = `https://example.com/${'x'.repeat(90)}`;
    expect(wrap(`see ${address} there`, 2)).toBe(`see\n  ${address}\n  there`);
  });

  it('keeps a group of words together that it is given as one', () => {
    expect(wrap(['[--a FILE]', `[--b ${'X'.repeat(66)}]`], 4)).toBe(
      `[--a FILE]\n    [--b ${'X'.repeat(66)}]`,
    );
  });
});
