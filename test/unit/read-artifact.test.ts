import { describe, expect, it } from 'vitest';
import { artifactText, versionOf } from '../../src/core/artifact/artifact.ts';
import { MOST_ARTIFACT_BYTES, readArtifact } from '../../src/core/artifact/read-artifact.ts';
import { sha256Hex } from '../../src/core/canonical.ts';
import { artifactGiving } from '../support/artifacts.ts';

const artifact = {
  ...(await artifactGiving(10)),
  sources: [{ name: 'a.csv', sha256: '0'.repeat(64), rows: 1 }],
};
const text = artifactText(artifact);
const bytes = new TextEncoder().encode(text);
const sha256 = await sha256Hex(bytes);

describe('an artifact that is read', () => {
  it('is the one that was written', async () => {
    const { version } = artifact;
    expect(await readArtifact(bytes, { version, sha256 })).toEqual({ ok: true, artifact });
  });

  it('may lack keys that a later config has by default: its hash is that of what it holds', async () => {
    const { fallback: _, ...config } = artifact.config;
    const unsealed = JSON.parse(text);

    const older = { ...unsealed, config };
    older.version = await versionOf(older);
    const read = await readArtifact(new TextEncoder().encode(JSON.stringify(older)));
    expect(read).toMatchObject({ ok: true, artifact: { config: { fallback: [] } } });
  });

  it.each([
    ['cut short', text.slice(0, -30), 'malformed'],
    ['empty', '', 'malformed'],
    ['a page of HTML', '<!doctype html>', 'malformed'],
    ['null', 'null', 'schema'],
    ['of another schema', text.replace('"schema_version":1', '"schema_version":2'), 'schema'],
    ['without its countries', text.replace('"countries"', '"contries"'), 'schema'],
    ['changed in an amount', text.replace('"mean":10', '"mean":11'), 'hash'],
    ['of another version than it says', text.replace(artifact.version, 'f'.repeat(16)), 'hash'],
  ])('is refused when it is %s', async (_, changed, code) => {
    expect(await readArtifact(new TextEncoder().encode(changed))).toMatchObject({ ok: false, code });
  });

  it('is refused when it is another one than expected', async () => {
    const version = 'f'.repeat(16);
    expect(await readArtifact(bytes, { version })).toMatchObject({ ok: false, code: 'hash' });
  });

  it('may have as many bytes as is said, and is refused before it is parsed when it has one more', async () => {
    const padded = (size: number) => {
      const whole = new Uint8Array(size).fill(32);
      whole.set(bytes);
      return whole;
    };
    expect(await readArtifact(padded(MOST_ARTIFACT_BYTES))).toEqual({ ok: true, artifact });
    const large = await readArtifact(padded(MOST_ARTIFACT_BYTES + 1));
    expect(large).toMatchObject({ ok: false, code: 'too_large' });
  });

  it('is refused with any byte changed', async () => {
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await readArtifact(changed, { version: artifact.version, sha256 })).toMatchObject({ ok: false });
    }
  });
});
