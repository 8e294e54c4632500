import { existsSync } from 'node:fs';
import { isVersion } from '../../src/core/artifact/version.ts';
import type { Config } from '../../src/core/config/config.ts';
import { DataError } from '../../src/core/errors.ts';
import type { Compared } from '../../src/core/publish/compared.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import type { Entry } from '../../src/core/publish/pointer.ts';
import { livePointer } from '../../src/core/publish/publish.ts';
import { storedArtifact } from '../../src/core/publish/versions.ts';
import type { Terminal } from '../cli/terminal.ts';
import { CURRENT_ARTIFACT, readArtifactFiles, readTableFile } from '../files/artifact-files.ts';
import { type KvChoice, kvOptions, openKv, placeOf } from './kv.ts';

const { json: _, ...place } = kvOptions;

/** The options of commands that answer from a file, or from what was published. */
export const artifactOptions = {
  artifact: {
    value: 'live|VERSION|FILE',
    default: CURRENT_ARTIFACT,
    description: 'What to answer from: what is live, a published version, or a file',
  },
  ...place,
} as const;

/** An artifact that a command line chose, and where it is from, for people. */
interface ChosenArtifact extends Compared {
  from: string;
}

/**
 * Reads the artifact that `--artifact` names. Only `live` and a version open the namespace.
 *
 * @throws DataError for one that is not there, or damaged
 */
export async function chosenArtifact(
  name: string,
  choice: KvChoice,
  terminal: Terminal,
): Promise<ChosenArtifact> {
  if (name !== 'live' && !isVersion(name)) {
    const compiled = await readTableFile(name);
    const files = await readArtifactFiles(name).catch(() => null);
    return { compiled, statistics: files?.statistics ?? null, from: name };
  }
  const { kv, close } = await openKv(choice);
  try {
    const from = `${name === 'live' ? 'what is live' : 'a version'} in ${placeOf(choice)}`;
    return { ...(await namedArtifact(kv, name, terminal)), from };
  } finally {
    await close();
  }
}

/** `--artifact` of commands that look at a history with the rules of an artifact. */
export const rulesOptions = {
  ...place,
  artifact: {
    value: artifactOptions.artifact.value,
    description:
      'Take bands, combinations and statistics from what is live, a published version, or a file (default: from the config)',
  },
} as const;

/**
 * Reads the config whose segments, statistics and defaults are those of the artifact that `--artifact` names, and says
 * which that is. How the history is read stays as the config has it.
 *
 * @param name undefined where there is no `--artifact`: then the config is returned as it is
 */
export async function withRulesOf(
  name: string | undefined,
  config: Config,
  choice: KvChoice,
  terminal: Terminal,
): Promise<Config> {
  if (name === undefined) return config;
  const { compiled, from } = await chosenArtifact(name, choice, terminal);
  const { version, config: rules } = compiled.table;
  terminal.err(`Rules from ${from}: version ${version}\n`);
  // A setting that an artifact does not carry is one that it does without.
  const { default_segment: _, ...rest } = config;
  return { ...rest, ...rules };
}

/**
 * Reads what a word of the command line names: `live`, a version, or a file. Of one that was published, missing
 * statistics are worth a warning.
 *
 * @throws DataError for an artifact that is not there, or damaged
 */
export async function namedArtifact(kv: KeyValue, name: string, terminal: Terminal): Promise<Compared> {
  const version = name === 'live' ? (await shownPointer(kv, terminal))?.version : name;
  if (version === undefined) throw new DataError('nothing is published yet: npm run artifact -- publish');
  if (!isVersion(version)) {
    if (existsSync(version)) return await readArtifactFiles(version);
    throw new DataError(
      `There is no version and no file ${JSON.stringify(name)}: npm run artifact -- list shows the versions, and "live" is the one that is live.`,
    );
  }
  const read = await storedArtifact(kv, version, Number.POSITIVE_INFINITY);
  if (!read.ok) throw new DataError(`artifact ${version} cannot be read: ${read.detail}`);
  warnOfFault(read.fault, terminal);
  return read;
}

/** @returns what is live, with a warning where only the history can tell it; null where nothing was ever published */
export function shownPointer(kv: KeyValue, terminal: Terminal): Promise<Entry | null> {
  return livePointer(kv, null, ({ version }) => {
    terminal.warn(
      `the key "current", which says what is live, is gone or damaged: a service that starts answers from the version that it was deployed with. By the history ${version} is live: npm run artifact -- rollback ${version} makes it so again, and holds it`,
    );
  });
}

/** @param fault why there are no statistics */
export function warnOfFault(fault: string | null, terminal: Terminal): void {
  if (fault !== null) terminal.warn(`${fault}; what needs them is left out`);
}
