import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import type { Config } from '../../../src/core/config/config.ts';
import { defaultShares } from '../../../src/core/decide/default-share.ts';
import { defaultWarning } from '../../../src/core/decide/default-words.ts';
import { DataError } from '../../../src/core/errors.ts';
import type { CellDrift } from '../../../src/core/estimate/drift.ts';
import { type Compared, comparable } from '../../../src/core/publish/compared.ts';
import type { ArtifactDiff, Objection } from '../../../src/core/publish/comparison.ts';
import { diffArtifacts, shownDiff } from '../../../src/core/publish/diff.ts';
import { objectionsTo, overruled, reasonsOf } from '../../../src/core/publish/guards.ts';
import type { KeyValue } from '../../../src/core/publish/key-value.ts';
import { type News, newsOfMove, staleNews } from '../../../src/core/publish/news.ts';
import type { Entry } from '../../../src/core/publish/pointer.ts';
import {
  HeldError,
  type Moved,
  type Mover,
  publish,
  requireFree,
} from '../../../src/core/publish/publish.ts';
import { storedArtifact } from '../../../src/core/publish/versions.ts';
import { EXIT_DONE, EXIT_NO } from '../../cli/command.ts';
import { type Subcommand, subcommand } from '../../cli/group.ts';
import { UsageError } from '../../cli/options.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { CURRENT_ARTIFACT, readArtifactFiles } from '../../files/artifact-files.ts';
import { CONFIG_OPTION, readConfig } from '../../files/config-file.ts';
import { deployedOptions, notInCheckout } from '../../kv/deployed-version.ts';
import { kvOptions, placeOf } from '../../kv/kv.ts';
import { shownPointer, warnOfFault } from '../../kv/named-artifact.ts';
import { moverOf, moverOptions, type Tools } from '../../kv/tools.ts';
import { diffText } from '../../report/diff-text.ts';
import { artifactDrift, driftTable } from '../../report/drift-table.ts';
import { staleSources } from '../../report/stale.ts';

const options = {
  ...kvOptions,
  ...deployedOptions,
  ...moverOptions,
  config: { ...CONFIG_OPTION, description: 'Where the guards are' },
  force: { description: 'Publish what the guards object to, or past the uploads (with --reason)' },
  'dry-run': { description: 'Show what would change, and change nothing' },
} as const;

const COMPARED_WITH_ITSELF =
  'The version to publish is the one that the deployment is assumed to answer from, so no guard compared it with anything. If the deployment was made from another version, name it with --url URL.';

export function publishCommand({ withKv, clock, deployed, tell }: Tools): Subcommand {
  return subcommand({
    summary:
      'Makes an artifact live, after a look at what it changes. The guards of the config stop one that changes too much.',
    options,
    operands: { usage: '[FILE]', least: 0, most: 1 },
    examples: [
      { args: '', does: `publish ${CURRENT_ARTIFACT} to the KV of npm run dev` },
      { args: '--dry-run --remote', does: 'see what it would change in the account' },
      { args: 'out/current.json --remote', does: 'publish another file to the account' },
    ],
    run: (values, terminal, [file = CURRENT_ARTIFACT]) => {
      const given = moverOf(values, clock);
      return withKv(values, async (kv) => {
        const config = await readConfig(values.config);
        const artifact = await readArtifactFiles(file);
        const { version } = artifact;
        const pointer = await shownPointer(kv, terminal);
        try {
          requireFree(pointer);
          if (pointer?.history_source === 'uploads') requireForce(values);
        } catch (error) {
          if (error instanceof DataError && !values['dry-run']) {
            const event = error instanceof HeldError ? 'held_back' : 'refused';
            await tell(notPublished(event, version, given, [error.message]), terminal);
          }
          throw error;
        }
        const first = pointer === null ? await deployed(values, terminal) : null;
        const before = first?.artifact ?? (pointer && (await liveArtifact(kv, pointer, terminal)));
        const unknown = first?.artifact === null ? notInCheckout(first.version) : null;
        const isItself = values.url === undefined && first?.version === version;
        const notCompared = unknown ?? (isItself ? COMPARED_WITH_ITSELF : null);
        const found = lookAt(artifact, before, config, clock());
        const { warnings, objections } = found;

        const isSample = before !== null && comparable(before) === null;
        if (isSample && notCompared === null) terminal.say('note', sampleNote(before.compiled.table.version));
        show(found, terminal);
        const verdict = values.force ? 'overruled' : 'refused';
        for (const { guard, message } of objections) terminal.say(verdict, `${message} (guards.${guard})`);
        if (unknown !== null) terminal.say(verdict, unknown);
        else if (notCompared !== null) terminal.warn(notCompared);

        const refused = (objections.length > 0 || unknown !== null) && !values.force;
        const moving = !refused && !values['dry-run'];
        const bundled = async () => first?.artifact ?? null;
        const result = moving ? await publish(kv, artifact, { ...given, bundled }) : null;
        if (values.json) {
          const { moved: published, pointer } = result ?? { moved: false, pointer: null };
          const { diff, drift } = found;
          const not_compared = notCompared;
          terminal.json({ version, published, pointer, objections, not_compared, warnings, diff, drift });
        } else terminal.out(`${outcome(version, placeOf(values), refused, result)}\n`);
        if (!values['dry-run']) {
          for (const news of newsOf(version, given, { objections, unknown, warnings, result })) {
            await tell(news, terminal);
          }
        }
        return refused ? EXIT_NO : EXIT_DONE;
      });
    },
  });
}

/** What an artifact changes, and what speaks against it. */
interface Found {
  diff: ArtifactDiff;
  drift: CellDrift[] | null;
  objections: Objection[];
  /** Of a history that is old. */
  warnings: string[];
  /** That the default answers a large share of the rows. */
  byDefault: string | null;
}

function lookAt(artifact: Artifact & Compared, before: Compared | null, config: Config, now: number): Found {
  const live = comparable(before);
  const full = diffArtifacts(live, artifact);
  return {
    diff: shownDiff(full),
    drift: live && artifactDrift(live, artifact),
    objections: objectionsTo(full, config.guards),
    warnings: staleSources(artifact, config, now),
    byDefault: defaultWarning(artifact.table.config, defaultShares(artifact.compiled)),
  };
}

function show({ diff, drift, warnings, byDefault }: Found, terminal: Terminal): void {
  terminal.out(`${diffText(diff)}\n`);
  if (drift !== null) terminal.out(`${driftTable(drift, 'from what is live')}\n`);
  for (const warning of warnings) terminal.warn(warning);
  if (byDefault !== null) terminal.warn(byDefault);
}

function sampleNote(version: string): string {
  return `What is live, ${version}, is made of the sample. Nothing is compared with it, so the guards against changes let everything pass.`;
}

/** @returns the news for the webhook */
function newsOf(
  version: string,
  given: Mover,
  found: {
    objections: readonly Objection[];
    unknown: string | null;
    warnings: readonly string[];
    result: Moved | null;
  },
): News[] {
  const { objections, unknown, warnings, result } = found;
  const guards = reasonsOf(objections);
  const reasons = unknown === null ? guards : [unknown, ...guards];
  if (result === null) return [notPublished('refused', version, given, reasons)];
  const published = newsOfMove(result);
  if (published === null) return [];
  const stale = warnings.map((warning) => staleNews(version, warning, given.now));
  return [{ ...published, reasons: overruled(reasons) }, ...stale];
}

function notPublished(
  event: 'refused' | 'held_back',
  version: string,
  { now, by, reason = null }: Mover,
  reasons: string[],
): News {
  const at = new Date(now).toISOString();
  return { event, at, version, previous: null, by, reason, reasons, run: null };
}

/** Publishing past the uploads splits the history in two, so it takes a decision that others can read about. */
function requireForce({ force, reason }: { force: boolean; reason: string | undefined }): void {
  if (!force) {
    throw new DataError(
      'This deployment takes its history from uploads, so the next run would replace what is published here. Upload the files: npm run artifact -- uploads put FILE. To publish all the same, add --force and --reason: later uploads then wait until they have these files.',
    );
  }
  if (reason === undefined) {
    throw new UsageError('Publishing past the uploads takes a reason for the history: add --reason TEXT');
  }
}

/** A live artifact that cannot be read is no reason to keep it. */
async function liveArtifact(kv: KeyValue, { version }: Entry, terminal: Terminal): Promise<Compared | null> {
  const live = await storedArtifact(kv, version, Number.POSITIVE_INFINITY);
  if (live.ok) {
    warnOfFault(live.fault, terminal);
    return live;
  }
  terminal.warn(`what is live cannot be compared with: ${live.detail}`);
  return null;
}

function outcome(version: string, place: string, refused: boolean, result: Moved | null): string {
  if (refused) return 'Nothing is changed. With --force it is published all the same.';
  if (result === null)
    return `A dry run: nothing is changed. Without it, ${version} would be live in ${place}.`;
  return result.moved ? `${version} is live in ${place}.` : `${version} was live in ${place} already.`;
}
