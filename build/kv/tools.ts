import { hostname, userInfo } from 'node:os';
import * as z from 'zod/mini';
import type { Artifact } from '../../src/core/artifact/artifact.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Compared } from '../../src/core/publish/compared.ts';
import type { KeyValue } from '../../src/core/publish/key-value.ts';
import type { News } from '../../src/core/publish/news.ts';
import type { Mover } from '../../src/core/publish/publish.ts';
import { REASON_RULE, ReasonSchema } from '../../src/core/publish/reason.ts';
import { type WebhookVariables, webhookSettings } from '../../src/webhook/settings.ts';
import { type Tell, webhook } from '../../src/webhook/webhook.ts';
import type { ExitCode } from '../cli/command.ts';
import { UsageError } from '../cli/options.ts';
import type { Terminal } from '../cli/terminal.ts';
import { CURRENT_ARTIFACT, readArtifactFiles } from '../files/artifact-files.ts';
import { type DeployedVersion, deployedVersion } from './deployed-version.ts';
import type { KvChoice } from './kv.ts';
import type { OpenKv } from './namespace.ts';

export interface Tools {
  /** Opens the namespace that the options choose, and always closes it. */
  withKv(choice: KvChoice, use: (kv: KeyValue) => Promise<ExitCode>): Promise<ExitCode>;
  /** Milliseconds since the epoch. */
  clock(): number;
  /** Finds what the deployment answers from as long as nothing was published: see {@link deployedVersion}. */
  deployed(choice: { url: string | undefined }, terminal: Terminal): Promise<DeployedVersion | null>;
  /** Sends a message to the webhook after the event. If that fails, it prints a warning. */
  tell(news: News | null, terminal: Terminal): Promise<void>;
}

/**
 * @param open opens the namespace that options choose
 * @param inCheckout reads the artifact that a deployment of this checkout has; null without one
 */
export function tools(
  open: (choice: KvChoice) => Promise<OpenKv>,
  clock: Tools['clock'] = Date.now,
  inCheckout: () => Promise<(Artifact & Compared) | null> = () =>
    readArtifactFiles(CURRENT_ARTIFACT).catch(() => null),
  variables: WebhookVariables = webhookVariables(),
): Tools {
  return {
    async tell(news, terminal) {
      const failure = news === null ? null : ((await hookOf(variables, clock)?.(news)) ?? null);
      if (failure !== null) terminal.warn(`The webhook was not told: ${failure}.`);
    },
    clock,
    deployed: async (choice, terminal) => deployedVersion(choice, await inCheckout(), terminal),
    async withKv(choice, use) {
      // Before anything is changed.
      hookOf(variables, clock);
      const { kv, close } = await open(choice);
      try {
        return await use(kv);
      } finally {
        await close();
      }
    },
  };
}

function webhookVariables(): WebhookVariables {
  const { WEBHOOK_URL, WEBHOOK_SECRET } = process.env;
  return { WEBHOOK_URL, WEBHOOK_SECRET };
}

/** @throws UsageError for variables that do not fit */
function hookOf(variables: WebhookVariables, now: () => number): Tell | null {
  try {
    const settings = webhookSettings(variables);
    // Its log lines become warnings on the terminal.
    return settings && webhook({ settings, log: () => {}, now });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** The options of the commands that move the pointer. */
export const moverOptions = {
  by: { value: 'NAME', description: 'Who does this, for the history (default: user@host)' },
  reason: { value: 'TEXT', description: 'Why, for the history: one line' },
} as const;

/**
 * @returns who moves the pointer, when and why
 * @throws UsageError for a reason that is too long, or has line breaks
 */
export function moverOf(
  { by, reason }: { by: string | undefined; reason: string | undefined },
  clock: Tools['clock'],
): Mover {
  const mover = { by: by ?? userAtHost(), now: clock() };
  if (reason === undefined) return { ...mover, reason: null };
  const parsed = z.safeParse(ReasonSchema, reason);
  if (parsed.success) return { ...mover, reason: parsed.data };
  throw new UsageError(`--reason: ${REASON_RULE}`);
}

/** @returns user@host; the number of a user without a name */
function userAtHost(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
