import { DataError } from '../../../src/core/errors.ts';
import { errorOfAnswer } from './failure.ts';
import { get, piecesOf } from './request.ts';
import { attempted, Passing } from './retry.ts';
import { S3 } from './s3.ts';

interface ListedObject {
  key: string;
  size: number;
  tag: string | null;
}

/** The largest page of a listing that is read: 1,000 keys of 1,024 bytes, each of them as %XX, and what is said of them. */
const MOST_BYTES = 8 << 20;

/**
 * Lists the objects of a bucket whose keys start with a prefix, a page of 1,000 after the other (ListObjectsV2).
 *
 * @throws DataError for a bucket that may not be listed, and an answer that is not a listing
 */
export async function* listObjects(bucket: string, prefix: string): AsyncGenerator<ListedObject> {
  const storage = new S3(process.env);
  const seen = new Set<string>();
  let token: string | null = null;
  do {
    const url = storage.urlOf({ bucket, key: '' });
    url.searchParams.set('list-type', '2');
    url.searchParams.set('encoding-type', 'url');
    url.searchParams.set('prefix', prefix);
    if (token !== null) url.searchParams.set('continuation-token', token);
    const text = await pageOf(url, storage);
    for (const [, contents = ''] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs))
      yield objectOf(contents, text);
    token = textIn(text, 'IsTruncated') === 'true' ? textIn(text, 'NextContinuationToken') : null;
    if (token !== null && seen.has(token)) throw new DataError('its listing repeats a page: it never ends');
    seen.add(token ?? '');
  } while (token !== null);
}

async function pageOf(url: URL, storage: S3): Promise<string> {
  return await attempted(async () => {
    const answer = await get(url, {}, storage.sign);
    if (answer.status !== 200) throw await errorOfAnswer(answer, storage);
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of piecesOf(answer.body)) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > MOST_BYTES) break;
    }
    const text = Buffer.concat(pieces).toString('utf8');
    if (/<\/ListBucketResult>\s*$/.test(text)) return text;
    if (text.includes('<ListBucketResult')) throw new Passing('the listing of the bucket is cut off');
    throw new DataError(
      'the server does not answer with a listing of a bucket: is AWS_ENDPOINT_URL_S3 a storage that speaks S3?',
    );
  });
}

function objectOf(contents: string, page: string): ListedObject {
  const key = textIn(contents, 'Key');
  const size = Number(textIn(contents, 'Size') ?? Number.NaN);
  if (key === null || !Number.isSafeInteger(size) || size < 0) {
    throw new DataError('the listing of the bucket has an object without a key or a size');
  }
  const isEncoded = textIn(page, 'EncodingType') === 'url';
  return { key: isEncoded ? decoded(key) : key, size, tag: textIn(contents, 'ETag') };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new DataError('the listing of the bucket has a key that cannot be decoded');
  }
}

function textIn(xml: string, name: string): string | null {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined
    ? null
    : text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, entity: string) => characterOf(entity) ?? whole);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function characterOf(entity: string): string | null {
  if (!entity.startsWith('#')) return NAMED[entity] ?? null;
  const code = Number(entity.replace(/^#(x?)/i, (_, hex: string) => (hex ? '0x' : '')));
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}
