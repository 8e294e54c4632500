import { messageOf } from '../core/errors.ts';
import { type News, newsText } from '../core/publish/news.ts';
import { sleep } from '../platform/clock.ts';
import { ecsLine, type Log } from '../platform/ecs.ts';
import { type WebhookSettings, type WebhookVariables, webhookSettings } from './settings.ts';

interface WebhookOptions {
  settings: WebhookSettings;
  log: Log;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Keeps what runs alive until the hook was told: nothing waits for it. */
  keep?: (telling: Promise<unknown>) => void;
  fetch?: (request: Request, init: { signal: AbortSignal }) => Promise<Response>;
  /** Waits for some milliseconds. */
  sleep?: (milliseconds: number) => Promise<void>;
  /** Milliseconds in which a hook has to answer. */
  patience?: number;
}

/** Tells a webhook within 20 seconds, and never rejects. @returns null when it has taken the news; otherwise why not */
export type Tell = (news: News, id?: string) => Promise<string | null>;

/** In milliseconds. A Worker has 30 s behind an answer: three tries and what is between them take 20 s. */
const PATIENCE_MS = 5_000;
const PAUSES_MS = [1_000, 4_000] as const;

/**
 * Makes what tells a webhook. No answer and no publish may wait for it: `keep` is `waitUntil` of a Worker.
 *
 * A hook that does not answer in time, or answers 408, 429 or 5xx, is told again, three times in all. Any other answer but
 * 2xx is final; a redirect is not followed, since it may lead to a host that is not configured. What could not be told is a
 * line of the log.
 *
 * @example
 * const tell = webhook({ settings, log, now: Date.now, keep: waitUntil });
 * tell(news);
 */
export function webhook(options: WebhookOptions): Tell {
  const { settings, log, now, keep, sleep: wait = sleep } = options;
  async function telling(news: News, id: string): Promise<string | null> {
    const body = JSON.stringify({ ...news, text: newsText(news) });
    let failure = '';
    let tries = 0;
    for (const pause of [0, ...PAUSES_MS]) {
      if (pause > 0) await wait(pause);
      tries++;
      const result = await attempt(options, id, body);
      if (result === null) return null;
      failure = result.why;
      if (!result.again) break;
    }
    log(
      ecsLine(now(), 'error', `the webhook could not be told that something was ${news.event}`, {
        'event.action': 'webhook',
        'event.outcome': 'failure',
        'error.message': failure,
        // Of a hook of Slack or Teams, the path is the secret.
        'url.domain': settings.url.hostname,
        'voucher.webhook_event': news.event,
        'voucher.webhook_tries': tries,
        'voucher.artifact_version': news.version,
      }),
    );
    return failure;
  }
  return (news, id = crypto.randomUUID()) => {
    const told = telling(news, id);
    keep?.(told);
    return told;
  };
}

/**
 * @returns what tells the webhook that variables name; undefined where they name none. Variables that do not fit are a line
 *   of the log: a deployment answers all the same
 */
export function webhookOf(
  variables: WebhookVariables,
  others: Omit<WebhookOptions, 'settings'>,
): Tell | undefined {
  const { log, now } = others;
  try {
    const settings = webhookSettings(variables);
    return settings === null ? undefined : webhook({ settings, ...others });
  } catch (error) {
    const why = messageOf(error);
    const fields = { 'event.action': 'webhook', 'event.outcome': 'failure', 'error.message': why };
    log(ecsLine(now(), 'error', 'there is no webhook: its settings do not fit', fields));
    return undefined;
  }
}

/** @returns null when it was taken; otherwise why not, and whether another try may help */
async function attempt(
  { settings, now, fetch: send = fetch, patience = PATIENCE_MS }: WebhookOptions,
  id: string,
  body: string,
): Promise<{ why: string; again: boolean } | null> {
  const seconds = String(Math.floor(now() / 1000));
  const signal = AbortSignal.timeout(patience);
  try {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'user-agent': 'voucher-edge',
      'webhook-id': id,
      'webhook-timestamp': seconds,
    };
    if (settings.key !== null) {
      headers['webhook-signature'] = await signature(settings.key, `${id}.${seconds}.${body}`);
    }
    const init = { method: 'POST', headers, body, redirect: 'manual' } as const;
    // Beside the request: Node loses a signal within one when it collects garbage, and then waits for ever.
    const response = await send(new Request(settings.url, init), { signal });
    // Nothing that it says is of interest, and it may say it for ever.
    void response.body?.cancel().catch(() => {});
    const { status, ok, type } = response;
    if (ok) return null;
    const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
    if (isRedirect) return { why: 'it answered with a redirect, which is not followed', again: false };
    return { why: `it answered ${status}`, again: status === 408 || status === 429 || status >= 500 };
  } catch (error) {
    // What a fetch says may quote the address.
    const why = signal.aborted
      ? `it did not answer within ${patience} ms`
      : `it cannot be reached (${error instanceof Error ? error.name : typeof error})`;
    return { why, again: true };
  }
}

/**
 * The header webhook-signature of https://www.standardwebhooks.com: HMAC-SHA256 over `id.timestamp.body`.
 *
 * @param key the bytes of the secret
 * @returns `v1,` and the signature in Base64
 */
async function signature(key: Uint8Array<ArrayBuffer>, signed: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const secret = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', secret, new TextEncoder().encode(signed)));
  return `v1,${btoa(String.fromCharCode(...bytes))}`;
}
