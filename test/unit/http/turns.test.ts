import { describe, expect, it } from 'vitest';
import { sleep } from '../../../src/platform/clock.ts';
import { GOOD, service } from '../../support/service.ts';

const LINES = 20_000;

/** A body whose pieces are all there before they are asked for, as those of a fast client are. */
function readyBody(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + 4096));
      else controller.close();
      at += 4096;
    },
  });
}

const BATCHES = [
  ['lines', 'application/x-ndjson', () => readyBody(`${JSON.stringify(GOOD)}\n`.repeat(LINES))],
  ['lines that are refused, in one piece', 'application/x-ndjson', () => '{}\n'.repeat(LINES)],
  ['an array of entries that are refused', 'application/json', () => JSON.stringify(Array(10_000).fill({}))],
] as const;

describe('a request that comes during a long batch', () => {
  it.each(BATCHES)('of %s is answered before the end of the batch', async (_, type, body) => {
    const { send } = await service();
    let isOver = false;
    const batch = send('POST', '/vouchers', {
      headers: { 'content-type': type },
      body: body(),
      duplex: 'half',
    } as RequestInit)
      .then((response) => response.text())
      .finally(() => {
        isOver = true;
      });
    let answered = 0;
    while (!isOver) {
      await sleep(0);
      const { status } = await send('POST', '/voucher', { json: GOOD });
      if (status === 200 && !isOver) answered++;
    }
    const { length } = (await batch).match(/"source"|"error"/g) ?? [];
    expect(length).toBeGreaterThanOrEqual(10_000);
    // Reading the body leaves room for one or two.
    expect(answered).toBeGreaterThan(3);
  });
});
