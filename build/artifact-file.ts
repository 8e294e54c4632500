import { readFile } from 'node:fs/promises';
import { type Artifact, parseArtifact } from '../src/core/artifact/artifact.ts';
import { DataError } from '../src/core/errors.ts';
import { fileError } from './sources/file.ts';

/** Where build:artifact writes the artifact that is bundled. */
export const CURRENT_ARTIFACT = 'artifacts/current.json';

/** Reads and checks an artifact. @throws DataError that names the file and what is wrong with it */
export async function readArtifactFile(path: string): Promise<Artifact> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(path, error);
  });
  const parsed = parseArtifact(parseJson(path, text));
  if (parsed.ok) return parsed.value;
  const [first] = parsed.issues;
  throw new DataError(
    `${path}: it is no artifact: ${first?.path || 'it'}: ${first?.message}. npm run build:artifact makes one.`,
  );
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = `${path}: expected an artifact, found no JSON: npm run build:artifact makes one`;
    throw new DataError(detail, { cause });
  }
}
