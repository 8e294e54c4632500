import { statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { InputError, type InputFile } from '../read/file.ts';
import { identify } from '../read/identity.ts';
import { byName, dataFilesIn, passedOverSentences } from '../read/inputs.ts';
import type { WatchEvent } from './events.ts';

/** The data files of a folder, in the order in which they are read, each with what the file system says of it. */
export interface FolderState {
  files: readonly InputFile[];
  /** By name. */
  identities: ReadonlyMap<string, string>;
  /** Sentences about the files that are not read. */
  passedOver: readonly string[];
}

export const NO_FILES: FolderState = { files: [], identities: new Map(), passedOver: [] };

/** A look may meet with files that go away; this often it is taken again, milliseconds later. */
const LOOKS = 10;
const BETWEEN_LOOKS = 50;

/** @returns null where there is no such folder @throws InputError when something in it cannot be looked at */
export async function lookInto(folder: string): Promise<FolderState | null> {
  for (let look = 1; ; look++) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
    try {
      const { found, passedOver } = await dataFilesIn(folder);
      return { ...stateOf(found.sort(byName)), passedOver: passedOverSentences(folder, passedOver) };
    } catch (error) {
      if (!(error instanceof InputError) || look === LOOKS) throw error;
      await setTimeout(BETWEEN_LOOKS);
    }
  }
}

function stateOf(files: readonly InputFile[]): Omit<FolderState, 'passedOver'> {
  const there = files.flatMap((file) => {
    const identity = identify(file, Date.now());
    return identity === null ? [] : [{ file: { ...file, size: identity.size }, identity: identity.text }];
  });
  return {
    files: there.map(({ file }) => file),
    identities: new Map(there.map(({ file, identity }) => [file.name, identity])),
  };
}

/** @returns whether two looks have seen the same files with the same content */
export function sameState(a: FolderState | null, b: FolderState | null): boolean {
  return a === null || b === null ? a === b : changes(a, b).length === 0;
}

/** @returns what happened from one look to a later one */
export function changes(before: FolderState, after: FolderState): WatchEvent[] {
  const found: WatchEvent[] = [];
  for (const [file, identity] of after.identities) {
    const known = before.identities.get(file);
    if (known === undefined) found.push({ event: 'added', file });
    else if (known !== identity) found.push({ event: 'changed', file });
  }
  for (const file of before.identities.keys()) {
    if (!after.identities.has(file)) found.push({ event: 'removed', file });
  }
  return found;
}
