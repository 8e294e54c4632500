import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { writeFileAside } from '../../files/aside.ts';

/**
 * Writes a checksum of the name and the text, then the text: a file found under another name is not trusted. It is
 * not waited for the disk: what a failing power leaves is not believed either. An empty folder in its place gives way.
 *
 * @throws DataError when it cannot be written, also for a folder with something in it, which may be wanted
 */
export async function writeChecked(path: string, text: string): Promise<void> {
  const content = `${checksum(path, text)}\n${text}`;
  await writeFileAside(path, content, false).catch(async (error) => {
    await rmdir(path).catch(() => {
      throw error;
    });
    await writeFileAside(path, content, false);
  });
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
  return content.slice(0, Math.max(0, lineEnd)) === checksum(path, text) ? JSON.parse(text) : null;
}

/** The folder is part of the name, for it says what config the content is for; where the folder is, is not. */
function checksum(path: string, text: string): string {
  return sha256(`${basename(dirname(path))}/${basename(path)}\n${text}`);
}

/** @returns the SHA-256 of a text's UTF-8 bytes, in hexadecimal */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
