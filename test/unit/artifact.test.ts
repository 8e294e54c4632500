import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ArtifactContent,
  artifactText,
  parseArtifact,
  sealArtifact,
  versionOf,
} from '../../src/core/artifact/artifact.ts';
import { canonicalJson } from '../../src/core/canonical.ts';
import { artifactOf, histories, rawRow } from '../support/histories.ts';

const ROWS = ['Peru', '__proto__', 'constructor', '中国'].map((country) =>
  rawRow(['2018-07-21', country, '2018-06-20', '', '15', '12.5']),
);

describe('an artifact', () => {
  it('survives being written and read, whatever its countries are called', async () => {
    const artifact = await artifactOf(ROWS);
    const parsed = parseArtifact(JSON.parse(artifactText(artifact)));
    expect(parsed).toEqual({ ok: true, value: artifact });
    expect([...artifact.countries.keys()].sort()).toEqual(['Peru', '__proto__', 'constructor', '中国']);
  });

  it('survives being written and read for any history', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (rows) => {
        const artifact = await artifactOf(rows);
        expect(parseArtifact(JSON.parse(artifactText(artifact)))).toEqual({ ok: true, value: artifact });
      }),
      { numRuns: 40 },
    );
  });

  it('has a version that depends on all but the sources', async () => {
    const artifact = await artifactOf(ROWS);
    const sources = [{ name: 'other.csv', sha256: 'a'.repeat(64), rows: 4 }];
    const content: ArtifactContent = { ...artifact, sources };
    expect((await sealArtifact(content)).artifact.version).toBe(artifact.version);
    const cheaper = { ...artifact, config: { ...artifact.config, default_amount: 1 } };
    expect(await versionOf(cheaper)).not.toBe(artifact.version);
    const fewer = { ...artifact, quality: { ...artifact.quality, rows_read: 3 } };
    expect(await versionOf(fewer)).not.toBe(artifact.version);
  });

  it.each([
    ['another schema', { schema_version: 2 }, 'schema_version', /expected 1, got 2/],
    ['a version that is none', { version: 'latest' }, 'version', /text of the form/],
    ['an unknown key', { extra: 1 }, 'extra', /no key of this name/],
    ['countries that are a list', { countries: [] }, 'countries', /an object/],
    [
      'a negative count',
      { countries: { Peru: { segments: {}, overall: { count: -1 } } } },
      'countries.Peru.overall.count',
      /at least 0, got -1/,
    ],
    [
      'a mean that is text',
      { countries: { Peru: { segments: {}, overall: { mean: '12' } } } },
      'countries.Peru.overall.mean',
      /a number, got "12"/,
    ],
    [
      'a time that is none',
      { data: { first_timestamp: 'soon', last_timestamp: '2018-01-01' } },
      'data.first_timestamp',
      /expected a time/,
    ],
    ['a config that is none', { config: {} }, 'config.segments', /an object, got nothing/],
  ])('with %s is refused', async (_, change, path, message) => {
    const parsed = parseArtifact({ ...JSON.parse(artifactText(await artifactOf(ROWS))), ...change });
    const issues = parsed.ok ? [] : parsed.issues;
    expect(issues.find((issue) => issue.path === path)?.message).toMatch(message);
  });

  it.each([null, 1, 'artifact', [], {}])('is not %j', (input) => {
    expect(parseArtifact(input).ok).toBe(false);
  });
});

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
