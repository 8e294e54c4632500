import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFileAside } from '../output/aside.ts';

/** Writes a text behind its own SHA-256. It is not waited for the disk: what a failing power leaves is not believed. */
export async function writeChecked(path: string, text: string): Promise<void> {
  await writeFileAside(path, `${sha256(text)}\n${text}`, false);
}

/** @returns the JSON that {@link writeChecked} has written; null for what cannot be read or is not as it was written */
export function readChecked(path: string): unknown {
  let content: string;
  try {
    // These files are small and many: a thread to wait for each would take longer than to read it.
    content = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const lineEnd = content.indexOf('\n');
  const text = content.slice(lineEnd + 1);
  return content.slice(0, Math.max(0, lineEnd)) === sha256(text) ? JSON.parse(text) : null;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
