import { describe, expect, it } from 'vitest';
import bundled from '../../../artifacts/current.json' with { type: 'json' };
import { MOST_TABLE_BYTES } from '../../../src/core/artifact/read-table.ts';
import { type Files, fileSource } from '../../../src/store/file.ts';
import { TIMES } from '../../../src/store/refreshing.ts';
import type { ArtifactSource } from '../../../src/store/source.ts';
import { urlSource } from '../../../src/store/url.ts';
import { artifactGiving } from '../../support/artifacts.ts';
import { refreshed } from '../../support/refreshed.ts';

const artifacts = await Promise.all([artifactGiving(1), artifactGiving(2)]);
const [one, two] = artifacts.map((artifact) => ({ version: artifact.version, text: artifact.texts.table }));
if (!one || !two) throw new Error('two artifacts');

/** @param change what happens in the middle @returns what the log says in the course of six refreshes */
async function eventsOf(source: ArtifactSource, change = () => {}): Promise<unknown[]> {
  const { ask, clock, settled, events } = refreshed({ source, bundled });
  for (let refresh = 0; refresh < 6; refresh++) {
    if (refresh === 3) change();
    await ask();
    await settled();
    clock.advance(TIMES.refresh);
  }
  return events().map(({ message }) => message);
}

/** A host whose answers the test makes, and what it was asked. */
function host(answer: (init: RequestInit) => Response | Promise<Response>) {
  const asked: RequestInit[] = [];
  const fetch = async (_: unknown, init: RequestInit = {}) => {
    asked.push(init);
    return answer(init);
  };
  return {
    asked,
    source: urlSource('http://host.test/a.json?key=secret', fetch as typeof globalThis.fetch, 1),
  };
}

describe('an artifact at a URL', () => {
  it('goes live once, also where the host has no ETag and sends it every time', async () => {
    let served = one;
    const { asked, source } = host(() => new Response(served.text));
    const change = () => {
      served = two;
    };
    const messages = await eventsOf(source, change);
    expect(messages).toEqual([one, two].map(({ version }) => `artifact ${version} from url is live`));
    expect(asked).toHaveLength(6);
  });

  it('is asked for by the ETag of what is held, from the first that was good', async () => {
    const answers = [new Response('{}', { headers: { etag: '"bad"' } }), response(one.text, '"good"')];
    const { asked, source } = host(() => answers.shift() ?? new Response(null, { status: 304 }));
    await eventsOf(source);
    const matches = asked.map(({ headers }) => new Headers(headers).get('if-none-match'));
    expect(matches).toEqual([null, null, '"good"', '"good"', '"good"', '"good"']);
  });

  it('is read no further than an artifact may be large, and the rest is not waited for', async () => {
    let sent = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = new Uint8Array(64 * 1024).fill(32);
        sent += piece.length;
        // A reader that has no limit ends too, so that it is seen.
        if (sent > 4 * MOST_TABLE_BYTES) controller.error(new Error('read on and on'));
        else controller.enqueue(piece);
      },
      cancel() {
        cancelled = true;
      },
    });
    const { source } = host(() => new Response(endless));
    expect(await source.load(null)).toMatchObject({ kind: 'bad', code: 'too_large' });
    expect(sent).toBeLessThan(MOST_TABLE_BYTES + 4 * 64 * 1024);
    expect(cancelled).toBe(true);
  });

  it('may have as many bytes as is said', async () => {
    const { source } = host(() => new Response(' '.repeat(MOST_TABLE_BYTES)));
    expect(await source.load(null)).toMatchObject({ kind: 'bad', code: 'malformed' });
  });

  it('is given up when the host does not answer by the deadline, without a word of the URL', async () => {
    const { source } = host(
      ({ signal }) =>
        new Promise((_, reject) => {
          if (!signal) throw new TypeError('nothing would end this');
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    await expect(source.load(null)).rejects.toThrow(/^the URL cannot be fetched \(TimeoutError\)$/);
  });

  it.each([
    [404, 'missing'],
    [410, 'unreachable'],
    [206, 'unreachable'],
    [403, 'unreachable'],
    [500, 'unreachable'],
  ])('answered with %i is %s, and what comes with it is not read', async (status, code) => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    const { source } = host(() => new Response(body, { status }));
    const detail = `expected 200 or 304, got ${status}; both files of a build must be readable there`;
    expect(await source.load(null)).toEqual({ kind: 'bad', code, detail });
    expect(cancelled).toBe(true);
  });
});

describe('an artifact in a file', () => {
  /** A file that tells how often it was read. */
  function file(content: string) {
    const state = { content, size: content.length, mtime: 1, ino: 1, reads: 0 };
    const files: Files = {
      stat: async () => ({ size: state.size, mtime: new Date(state.mtime), ino: state.ino }),
      async readFile() {
        state.reads++;
        return new TextEncoder().encode(state.content);
      },
    };
    return { state, source: fileSource('a.json', files) };
  }

  it('goes live once, and is not read again while it is the same', async () => {
    const { state, source } = file(one.text);
    const change = () => void Object.assign(state, { content: two.text, size: two.text.length, mtime: 2 });
    const messages = await eventsOf(source, change);
    expect(messages).toEqual([one, two].map(({ version }) => `artifact ${version} from file is live`));
    expect(state.reads).toBe(2);
  });

  it.each(['size', 'mtime', 'ino'] as const)('is read again when its %s is another one', async (what) => {
    const { state, source } = file(one.text);
    const first = await source.load(null);
    const held = first.kind === 'current' ? first.compiled : null;
    const read = state.reads;
    state[what]++;
    for (let load = 0; load < 2; load++) expect(await source.load(held)).toHaveProperty('compiled', held);
    expect(state.reads).toBe(read + 1);
  });

  it('that is no artifact is read again each time: it may have been half written', async () => {
    const { state, source } = file('{');
    expect(await source.load(null)).toMatchObject({ kind: 'bad', code: 'malformed' });
    state.content = one.text;
    expect(await source.load(null)).toMatchObject({ kind: 'current' });
  });

  it('that is as large as an artifact may be is read, and not one that is larger', async () => {
    const whole = file(' '.repeat(MOST_TABLE_BYTES));
    expect(await whole.source.load(null)).toMatchObject({ kind: 'bad', code: 'malformed' });
    const { state, source } = file(one.text);
    state.size = MOST_TABLE_BYTES + 1;
    expect(await source.load(null)).toMatchObject({ kind: 'bad', code: 'too_large' });
    expect(state.reads).toBe(0);
  });
});

it('a file that cannot be read, and statistics that are not beside it, are refused with what to do', async () => {
  const gone = async () => {
    throw new Error('No such file or directory');
  };
  const source = fileSource('a.json', { stat: gone, readFile: gone });
  const sentence = 'No such file or directory; both files of a build must be readable there';
  await expect(source.load(null)).rejects.toThrow(sentence);
  await expect(source.statistics(artifacts[0].table)).rejects.toThrow(sentence);
});

describe('the statistics of an artifact', () => {
  const [{ table, texts }, other] = artifacts;

  it('are in the file beside it', async () => {
    const files = new Map([
      ['out/a.json', texts.table],
      ['out/a.statistics.json', texts.statistics],
    ]);
    const readFile = async (path: string) => new TextEncoder().encode(files.get(path));
    const source = fileSource('out/a.json', {
      stat: async () => ({ size: texts.table.length, mtime: null, ino: null }),
      readFile,
    });
    expect(await source.statistics(table)).toMatchObject({ ok: true });
    files.set('out/a.statistics.json', other.texts.statistics);
    expect(await source.statistics(table)).toMatchObject({ ok: false });
  });

  it('are at the URL beside it, with the same query', async () => {
    const asked: string[] = [];
    const host = async (url: string | URL | Request) => {
      asked.push(String(url));
      return asked.length === 1 ? new Response(texts.statistics) : new Response(null, { status: 404 });
    };
    const source = urlSource('http://host.test/a.json?key=secret', host as typeof fetch, 1000);
    expect(await source.statistics(table)).toMatchObject({ ok: true });
    expect(await source.statistics(table)).toEqual({
      ok: false,
      detail:
        'expected 200 for the statistics beside the artifact, got 404; both files of a build must be readable there',
    });
    expect(asked).toEqual(Array(2).fill('http://host.test/a.statistics.json?key=secret'));
  });
});

function response(text: string, etag: string): Response {
  return new Response(text, { headers: { etag } });
}
