import { isVersion } from '../../src/core/artifact/version.ts';
import type { Config } from '../../src/core/config/config.ts';
import type { Compared } from '../../src/core/publish/side.ts';
import type { Terminal } from '../cli/terminal.ts';
import { CURRENT_ARTIFACT, readArtifactFiles, readTableFile } from '../files/artifact-files.ts';
import { type KvChoice, kvOptions, openKv } from './kv.ts';
import { namedArtifact } from './named-artifact.ts';

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

function placeOf({ remote, data }: KvChoice): string {
  if (data !== undefined) return data;
  return remote ? 'the account' : 'the KV of npm run dev';
}
