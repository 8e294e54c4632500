import { describe, expect, it } from 'vitest';
import { type KeyValue, listAll } from '../../src/core/publish/key-value.ts';
import type { Bucket } from '../../src/ingest/bindings.ts';

const streamOf = (text: string) => new Response(text).body as ReadableStream;

/** What the project relies on of a bucket: R2 and a folder do the same. */
export function bucketSuite(name: string, open: () => Promise<Bucket>): void {
  describe(`a bucket: ${name}`, () => {
    it('gives back what was put, whole, with its size and an ETag of its content', async () => {
      const bucket = await open();
      const put = await bucket.put('uploads/a.csv', streamOf('one'));
      expect(put).toMatchObject({ key: 'uploads/a.csv', size: 3, etag: expect.any(String) });
      const got = await bucket.get('uploads/a.csv');
      expect([await got?.text(), got?.etag, got?.size]).toEqual(['one', put?.etag, 3]);
      expect(await bucket.head('uploads/a.csv')).toMatchObject({ etag: put?.etag, size: 3 });
      const again = await bucket.put('uploads/a.csv', 'two');
      expect(again?.etag).not.toBe(put?.etag);
      expect(await (await bucket.get('uploads/a.csv'))?.text()).toBe('two');
    });

    it('gives a body as a stream, also of many pieces', async () => {
      const bucket = await open();
      const text = 'A line of some length.\n'.repeat(20_000);
      await bucket.put('uploads/large.csv', streamOf(text));
      const body = (await bucket.get('uploads/large.csv'))?.body;
      expect(await new Response(body).text()).toBe(text);
      const left = await bucket.get('uploads/large.csv');
      await left?.body.cancel();
    });

    it('has nothing where nothing was put', async () => {
      const bucket = await open();
      expect([await bucket.get('uploads/none'), await bucket.head('uploads/none')]).toEqual([null, null]);
      await bucket.delete('uploads/none');
      expect((await bucket.list({ prefix: 'uploads/' })).objects).toEqual([]);
    });

    it('writes on a condition, or not at all', async () => {
      const bucket = await open();
      const first = await bucket.put('k', 'first', { onlyIf: { etagDoesNotMatch: '*' } });
      expect(await bucket.put('k', 'other', { onlyIf: { etagDoesNotMatch: '*' } })).toBeNull();
      const etagMatches = first?.etag ?? '';
      expect(await bucket.put('k', 'second', { onlyIf: { etagMatches } })).not.toBeNull();
      expect(await bucket.put('k', 'third', { onlyIf: { etagMatches } })).toBeNull();
      expect(await bucket.put('none', 'x', { onlyIf: { etagMatches } })).toBeNull();
      expect(await (await bucket.get('k'))?.text()).toBe('second');
      expect(await bucket.head('none')).toBeNull();
    });

    it('lets one of many win that write on the same condition', async () => {
      const bucket = await open();
      const puts = Array.from({ length: 8 }, (_, index) =>
        bucket.put('race', `writer ${index}`, { onlyIf: { etagDoesNotMatch: '*' } }),
      );
      const won = (await Promise.all(puts)).filter((object) => object !== null);
      expect(won).toHaveLength(1);
      expect((await bucket.head('race'))?.etag).toBe(won[0]?.etag);
    });

    it('keeps metadata with the content that it was put with', async () => {
      const bucket = await open();
      const customMetadata = { 'moved-to': 'quarantine/a.csv', more: 'é "quoted"' };
      await bucket.put('uploads/a.csv', '', { customMetadata });
      await bucket.put('uploads/b.csv', 'b');
      const listed = async () => {
        const { objects } = await bucket.list({ prefix: 'uploads/', include: ['customMetadata'] });
        return objects.map((object) => [object.key, object.size, { ...object.customMetadata }]);
      };
      expect(await listed()).toEqual([
        ['uploads/a.csv', 0, customMetadata],
        ['uploads/b.csv', 1, {}],
      ]);
      expect((await bucket.head('uploads/a.csv'))?.customMetadata).toEqual(customMetadata);
      await bucket.put('uploads/a.csv', 'a');
      expect(await listed()).toEqual([
        ['uploads/a.csv', 1, {}],
        ['uploads/b.csv', 1, {}],
      ]);
    });

    it('lists what begins with a prefix, in the order of the keys, and deletes many at once', async () => {
      const bucket = await open();
      const keys = ['cubes/r1/a.json', 'cubes/r1/b.json', 'cubes/r10/a.json', 'cubes/r2/a.json', 'uploads/x'];
      for (const key of keys.toReversed()) await bucket.put(key, key);
      const below = async (prefix: string) => (await bucket.list({ prefix })).objects.map(({ key }) => key);
      expect(await below('cubes/')).toEqual(keys.slice(0, 4));
      expect(await below('cubes/r1')).toEqual(keys.slice(0, 3));
      expect(await below('cubes/r1/')).toEqual(keys.slice(0, 2));
      await bucket.delete(keys.slice(0, 3));
      expect(await below('')).toEqual(keys.slice(3));
    });

    it('takes names of any letters', async () => {
      const bucket = await open();
      const keys = [
        'uploads/.hidden',
        'uploads/%2E',
        'uploads/..',
        'uploads/a b',
        'uploads/Öl~x:y',
        'uploads/é',
      ];
      for (const key of keys) await bucket.put(key, key);
      const { objects } = await bucket.list({ prefix: 'uploads/' });
      expect(objects.map(({ key }) => key).sort()).toEqual(keys.sort());
      for (const key of keys) expect(await (await bucket.get(key))?.text()).toBe(key);
    });
  });
}

/** What publishing relies on of a key-value store: Workers KV and a folder do the same. */
export function keyValueSuite(name: string, open: () => Promise<KeyValue>): void {
  describe(`a key-value store: ${name}`, () => {
    it('gives back values, and metadata in lists, in the order of the keys', async () => {
      const kv = await open();
      const keys = ['artifact:0123456789abcdef', 'current', 'move:2026-01-01T00:00:00.000Z:0123', 'ä/b c%'];
      for (const [index, key] of keys.toReversed().entries()) {
        await kv.put(key, `value\nof ${key}`, { metadata: { index, text: 'é\n"' } });
      }
      for (const key of keys) expect(await kv.get(key)).toBe(`value\nof ${key}`);
      const all = await listAll(kv, '');
      expect(all.map((key) => key.name)).toEqual(keys);
      expect(all[0]?.metadata).toEqual({ index: 3, text: 'é\n"' });
      expect((await listAll(kv, 'move:')).map((key) => key.name)).toEqual(keys.slice(2, 3));
    });

    it('replaces a value with its metadata, and deletes both', async () => {
      const kv = await open();
      await kv.put('k', 'one', { metadata: { n: 1 } });
      await kv.put('k', 'two');
      expect([await kv.get('k'), (await listAll(kv, 'k'))[0]?.metadata ?? null]).toEqual(['two', null]);
      await kv.delete('k');
      await kv.delete('k');
      expect([await kv.get('k'), await listAll(kv, '')]).toEqual([null, []]);
    });

    it('keeps an empty value, and one of megabytes', async () => {
      const kv = await open();
      const large = 'é'.repeat(2_000_000);
      await kv.put('empty', '');
      await kv.put('large', large);
      expect(await kv.get('empty')).toBe('');
      expect((await kv.get('large')) === large).toBe(true);
    });
  });
}
