import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readConfig, repeatedKeys } from '../../../build/files/config-file.ts';
import { temporaryFolder } from '../support/files.ts';

const SHIPPED = readFileSync(new URL('../../../config/voucher.json', import.meta.url), 'utf8');
const folder = temporaryFolder();

/** The config as shipped with something put in after its first brace. */
const reading = (added: string) =>
  readConfig(folder.write('voucher.json', SHIPPED.replace('{', `{${added},`)));

it.each([
  ['a setting', '"default_amount": 5', 'default_amount: expected this key once, got it again'],
  ['a segment', '"segments": {}', 'segments: expected this key once, got it again'],
  [
    'a country',
    '"countries": {"Peru": {}, "Peru": {}}',
    'countries.Peru: expected this key once, got it again',
  ],
  ['a key that is escaped', '"\\u0070eriod": "day"', 'period: expected this key once, got it again'],
  [
    'a key of a band',
    '"combined": {"x": {"combine": ["a", {}, {"min": 1, "min": 2}]}}',
    'combined.x.combine.2.min: expected this key once, got it again',
  ],
  ['a name that objects lose', '"countries": {"__proto__": {}}', 'countries.__proto__: expected no key'],
])('a config that says %s twice, or loses it, is refused with its place', async (_, added, message) => {
  await expect(reading(added)).rejects.toThrow(message);
});

it('keys of different objects, and texts that look like keys, are not taken for repeated ones', () => {
  expect(repeatedKeys(SHIPPED)).toEqual([]);
  expect(repeatedKeys('{"a":{"b":1},"b":[{"b":"b"},{"b":"\\"b\\":{"}],"c":"b","d":"{"}')).toEqual([]);
});
