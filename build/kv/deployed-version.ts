import * as z from 'zod/mini';
import { ReadinessSchema } from '../../src/api/health.ts';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { DataError } from '../../src/core/errors.ts';
import type { Compared } from '../../src/core/publish/compared.ts';
import type { Terminal } from '../cli/terminal.ts';
import { askOpenly } from '../deployment/ask.ts';
import { CURRENT_ARTIFACT } from '../files/artifact-files.ts';

/** The option of the commands that have to know it. */
export const deployedOptions = {
  url: {
    value: 'URL',
    description: `The deployment: before the first publish it is asked for the version that it was deployed with (default: that of ${CURRENT_ARTIFACT} is assumed)`,
  },
} as const;

/** What a deployment answers from as long as nothing was published. */
export interface DeployedVersion {
  version: string;
  /** Null where this checkout does not have it. */
  artifact: (Artifact & Compared) | null;
}

const ReadySchema = z.object({
  version: ReadinessSchema.shape.version,
  origin: ReadinessSchema.shape.origin,
});

/**
 * Finds the version that a deployment was deployed with, for a namespace in which nothing is published yet. The
 * deployment itself is asked where `--url` names it; otherwise that of the checkout is assumed, with a note on the terminal.
 *
 * @param inCheckout the artifact of the checkout; null without one
 * @returns null where there is no such version
 * @throws DataError when the deployment does not answer, or answers from a version that was published
 */
export async function deployedVersion(
  { url }: { url: string | undefined },
  inCheckout: (Artifact & Compared) | null,
  terminal: Terminal,
): Promise<DeployedVersion | null> {
  if (url === undefined) {
    const assumed =
      inCheckout === null
        ? `there is no ${CURRENT_ARTIFACT}, so nothing is known of the version that is deployed`
        : `the deployment is assumed to answer from ${CURRENT_ARTIFACT}, version ${inCheckout.version}`;
    terminal.say('note', `Nothing is published yet, and ${assumed}. --url URL asks it.`);
    return inCheckout && { version: inCheckout.version, artifact: inCheckout };
  }
  // One that has nothing to answer from says so with 503.
  const answer = await askOpenly(url, '/ready', 503);
  if (answer === null) return null;
  const ready = z.safeParse(ReadySchema, answer);
  if (!ready.success) throw new DataError(`${url} did not say what it answers from: is it a voucher-edge?`);
  const { version, origin } = ready.data;
  if (origin === 'kv') {
    throw new DataError(
      `${url} answers from ${version}, which was published, but nothing is published here: choose its place with --remote, --env or --data. If it was published just now, try again in a minute.`,
    );
  }
  return { version, artifact: inCheckout?.version === version ? inCheckout : null };
}

/** @returns why a version that is only in the deployment cannot be used, and what to do */
export function notInCheckout(version: string): string {
  return `The deployment answers from ${version}, which is not ${CURRENT_ARTIFACT} of this checkout, so it cannot be compared with. Have the deployment itself write it down with POST /hold and then POST /release, and try again.`;
}
