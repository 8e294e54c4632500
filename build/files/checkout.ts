import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this checkout, from wherever a command is called. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @returns the path of a program that a package has */
export function program(name: string, file: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
}
