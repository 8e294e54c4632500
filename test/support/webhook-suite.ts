import { describe, expect, it } from 'vitest';
import type { News } from '../../src/core/publish/news.ts';
import { webhookSettings } from '../../src/webhook/settings.ts';
import { webhook } from '../../src/webhook/webhook.ts';
import type { Told } from './hooks.ts';

export const NEWS: News = {
  event: 'published',
  at: '2026-11-28T12:00:00.000Z',
  version: '0123456789abcdef',
  previous: 'fedcba9876543210',
  by: 'ana',
  reason: 'the new tariff',
  reasons: [],
  run: null,
};

/** Tells real hooks from one runtime. @param origin of the server of hooks */
export function webhookSuite(runtime: string, origin: () => string): void {
  const told = async (path: string) => {
    const all = (await (await fetch(`${origin()}/told`)).json()) as Told[];
    return all.filter((one) => one.path === path);
  };

  /** Tells the hook at a path, and does not really pause. */
  async function tell(path: string, news: News = NEWS, WEBHOOK_SECRET?: string) {
    const settings = webhookSettings({ WEBHOOK_URL: `${origin()}${path}`, WEBHOOK_SECRET });
    if (settings === null) throw new Error('there are settings');
    const lines: Record<string, unknown>[] = [];
    const pauses: number[] = [];
    const before = (await told(path)).length;
    const failure = await webhook({
      settings,
      log: (line) => void lines.push(JSON.parse(line)),
      now: () => Date.UTC(2026, 10, 28, 12),
      sleep: async (milliseconds) => void pauses.push(milliseconds),
      // Short where no answer comes; a busy machine may take its time for the others.
      patience: path === '/hang' ? 300 : 60_000,
    })(news);
    return { failure, lines, pauses, came: (await told(path)).slice(before) };
  }

  describe(`a webhook that ${runtime} tells`, () => {
    it('takes JSON with a text for people, once', async () => {
      const { failure, lines, came } = await tell('/ok');
      expect({ failure, lines, tries: came.length }).toEqual({ failure: null, lines: [], tries: 1 });
      expect(JSON.parse(came[0]?.body ?? '')).toEqual({
        ...NEWS,
        text: 'voucher-edge: ana published version 0123456789abcdef; before it, fedcba9876543210 was live. Reason: the new tariff',
      });
      expect(came[0]?.headers).toMatchObject({
        'content-type': 'application/json',
        'webhook-timestamp': '1795867200',
      });
      expect(came[0]?.headers['webhook-signature']).toBeUndefined();
    });

    it('is told again while it is busy, with the same id', async () => {
      const { failure, lines, pauses, came } = await tell('/busy-once');
      expect({ failure, lines, pauses }).toEqual({ failure: null, lines: [], pauses: [1_000] });
      expect(new Set(came.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(came).toHaveLength(2);
    });

    it.each([
      ['/busy', 'it answered 503', 3],
      ['/hang', 'it did not answer within 300 ms', 3],
      ['/gone', 'it answered 404', 1],
      ['/moved', 'it answered with a redirect, which is not followed', 1],
    ])('at %s costs one line of the log in the end', async (path, why, tries) => {
      const taken = (await told('/ok')).length;
      const { failure, lines, pauses, came } = await tell(path);
      expect(failure).toBe(why);
      expect(came).toHaveLength(tries);
      expect(pauses).toEqual([1_000, 4_000].slice(0, tries - 1));
      expect(lines).toEqual([
        expect.objectContaining({
          'log.level': 'error',
          'event.action': 'webhook',
          'error.message': why,
          'url.domain': '127.0.0.1',
          'voucher.webhook_event': 'published',
          'voucher.webhook_tries': tries,
        }),
      ]);
      expect(await told('/ok')).toHaveLength(taken);
    });

    it('need not end its answer', async () => {
      expect(await tell('/drip')).toMatchObject({ failure: null, lines: [] });
    });

    it('knows by the signature that it was this service', async () => {
      const { came } = await tell('/ok', NEWS, `whsec_${btoa('a secret of some length')}`);
      const { headers, body } = came[0] as Told;
      const encoder = new TextEncoder();
      const key = await crypto.subtle.importKey(
        'raw',
        encoder.encode('a secret of some length'),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['verify'],
      );
      const [version, encoded = ''] = String(headers['webhook-signature']).split(',');
      const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
      const signed = encoder.encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
      expect([version, await crypto.subtle.verify('HMAC', key, bytes, signed)]).toEqual(['v1', true]);
    });
  });
}
