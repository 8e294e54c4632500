import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @returns the absolute path of a file of the project, named from its root */
export function inProject(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

/** @returns the path of a program that npm installed with the project */
export function installed(program: string): string {
  return inProject(`node_modules/.bin/${program}`);
}

/** @returns the installed version of a package of the project */
export function versionOf(name: string): string {
  return JSON.parse(readFileSync(inProject(`node_modules/${name}/package.json`), 'utf8')).version;
}
