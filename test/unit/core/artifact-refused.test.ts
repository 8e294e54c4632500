import { describe, expect, it } from 'vitest';
import { MOST_TABLE_BYTES } from '../../../src/core/artifact/read-table.ts';
import { readStatistics } from '../../../src/core/artifact/statistics.ts';
import { canonicalJson, sha256Hex } from '../../../src/core/canonical.ts';
import { loadTable } from '../../../src/core/decide/load.ts';
import { artifactGiving } from '../../support/artifacts.ts';

const artifact = await artifactGiving(10, { countries: ['Peru', 'Latvia'] });
const { version, texts } = artifact;
const other = await artifactGiving(20);
const text = texts.table;
const bytes = new TextEncoder().encode(text);

/** How each sentence about a table ends. */
const BUILD_AGAIN = expect.stringMatching(/; build it again with npm run build:artifact$/);

const load = (changed: string, expected?: string) => loadTable(new TextEncoder().encode(changed), expected);

/** The text of a table whose version is that of its content, whatever that is. */
async function sealed(content: string): Promise<string> {
  const open = content.replace(/,"version":"\w+"\}\n$/, '');
  return `${open},"version":"${(await sha256Hex(`${open}}`)).slice(0, 16)}"}\n`;
}

describe('a table that was damaged or changed', () => {
  it.each([
    ['cut short', text.slice(0, -30), 'malformed'],
    ['empty', '', 'malformed'],
    ['a page of HTML', '<!doctype html>', 'malformed'],
    ['null', 'null', 'schema'],
    ['an artifact of schema 1', text.replace('"schema_version":2', '"schema_version":1'), 'schema'],
    ['its statistics', texts.statistics, 'hash'],
    ['of an invalid version', text.replace(version, 'latest'), 'schema'],
    ['changed in an amount', text.replace('[10,', '[11,'), 'hash'],
    ['written anew by another program', `${JSON.stringify(JSON.parse(text), null, 1)}\n`, 'hash'],
    ['of another version than it says', text.replace(version, 'f'.repeat(16)), 'hash'],
  ])('is refused when it is %s', async (_, changed, code) => {
    expect(await load(changed)).toMatchObject({ ok: false, code, detail: BUILD_AGAIN });
  });

  it('is refused with any byte changed', async () => {
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await loadTable(changed, version)).toMatchObject({ ok: false });
    }
  });

  it('is refused when it is another one than expected', async () => {
    expect(await load(text, 'f'.repeat(16))).toMatchObject({ ok: false, code: 'hash', detail: BUILD_AGAIN });
  });

  it('is refused before it is parsed when it has more bytes than can be served', async () => {
    const padded = (size: number) => loadTable(new Uint8Array(size).fill(32));
    expect(await padded(MOST_TABLE_BYTES)).toMatchObject({ code: 'malformed' });
    expect(await padded(MOST_TABLE_BYTES + 1)).toMatchObject({ ok: false, code: 'too_large' });
  });

  it('is refused with a sentence that says what to do', async () => {
    const old = await load(text.replace('"schema_version":2', '"schema_version":1'));
    expect(old).toMatchObject({
      detail: 'expected schema_version 2, got 1; build it again with npm run build:artifact',
    });
  });
});

describe('a table whose hash is right and whose content is not', () => {
  it('is served when nothing is wrong with it', async () => {
    expect(await sealed(text)).toBe(text);
    expect(await load(await sealed(text))).toMatchObject({ ok: true });
  });

  const replaced = (from: string | RegExp, to: string) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`nothing to replace: ${from}`);
    return changed;
  };
  it.each([
    ['null for an amount', replaced('"amounts":[[10', '"amounts":[[null')],
    ['1e400 for an amount', replaced('"amounts":[[10', '"amounts":[[1e400')],
    ['text for an amount', replaced('"amounts":[[10', '"amounts":[["10"')],
    ['an amount below none', replaced('"amounts":[[10', '"amounts":[[-2')],
    ['an amount too many', replaced('"amounts":[[10', '"amounts":[[10,10')],
    ['rows below 0', replaced('"rows":[[1', '"rows":[[-1')],
    ['rows too few', replaced('"rows":[[1]', '"rows":[[]')],
    ['a country too many', replaced('"countries":["', '"countries":["Chile","')],
    ['a country that is a number', replaced('"countries":["', '"countries":[1,"')],
    ['countries that are an object', replaced(/"countries":\["[^\]]*\]/, '"countries":{}')],
    ['cells of an unknown part', replaced(/"parts":\["\w+"\]/, '"parts":["shoe_size"]')],
    ['no parts', replaced(/"parts":\["\w+"\]/, '"parts":[]')],
    ['no cells of a segment', replaced('"recency_segment":{"amounts"', '"recent":{"amounts"')],
    [
      'no segments',
      replaced(/"segments":\{"frequency_segment":\{"amounts".*(?=,"statistics_sha256")/, '"segments":[]'),
    ],
    ['no config', replaced(/"config":\{.*(?=,"countries":\[)/, '"config":null')],
    ['an unknown feature', replaced('"of":"total_orders"', '"of":"shoe_size"')],
    [
      'null for a segment',
      replaced(
        /"frequency_segment":\{"amounts".*?\},(?="recency_segment":\{"amounts")/,
        '"frequency_segment":null,',
      ),
    ],
    ['null for a level', replaced(/"levels":\[\{.*?\}\]/, '"levels":[null]')],
    ['1e400 for the default', replaced('"default_amount":0', '"default_amount":1e400')],
    ['a default below 0', replaced('"default_amount":0', '"default_amount":-1')],
    ['no default', replaced('"default_amount":0,', '')],
  ])('is refused with %s, and with what to do', async (_, content) => {
    expect(await load(await sealed(content))).toMatchObject({ ok: false, detail: BUILD_AGAIN });
  });

  it('cannot have NaN: that is not JSON', async () => {
    expect(await load(await sealed(replaced('"amounts":[[10', '"amounts":[[NaN')))).toMatchObject({
      code: 'malformed',
      detail: BUILD_AGAIN,
    });
  });
});

describe('statistics', () => {
  it.each([
    ['of another version', other.texts.statistics, /another artifact/],
    [
      'of another version that say they are of this one',
      other.texts.statistics.replace(other.version, version),
      /changed/,
    ],
    ['cut short', texts.statistics.slice(0, -20), /cut off/],
    ['empty', '', /cut off/],
    ['the table', text, /another artifact/],
    ['without countries', canonicalJson({ version, sources: [] }), /changed/],
    ['changed in a mean', texts.statistics.replace('"mean":10', '"mean":11'), /changed/],
    ['null', 'null', /damaged/],
  ])('are refused when they are %s, with what to do', async (_, changed, detail) => {
    const read = await readStatistics(changed, artifact.table);
    expect(read).toMatchObject({ ok: false, detail: expect.stringMatching(detail) });
    expect(read).toMatchObject({ detail: expect.stringMatching(/: build it again, or publish it again$/) });
  });

  it('are read whatever their sources are: those are not part of the version', async () => {
    const sources = [{ name: 'a.csv', sha256: '0'.repeat(64), rows: 1 }];
    const renamed = texts.statistics.replace('"sources":[]', `"sources":${canonicalJson(sources)}`);
    expect(await readStatistics(renamed, artifact.table)).toMatchObject({
      ok: true,
      statistics: { sources },
    });
  });
});
