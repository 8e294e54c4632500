import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expandInputs } from '../../../build/read/inputs.ts';
import { RemoteFile } from '../../../build/read/remote/remote-file.ts';
import { S3 } from '../../../build/read/remote/s3.ts';
import { ACCESS_KEY, ObjectStorage, SECRET_KEY } from '../../support/object-storage.ts';
import { build } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const storage = await ObjectStorage.start();
const SAMPLE = readFileSync('build/sample/history.csv');
const out = join(folder.path, 'out');

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', storage.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', ACCESS_KEY);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET_KEY);
  vi.stubEnv('AWS_REGION', 'eu-west-3');
  storage.objects.clear();
  storage.requests.length = 0;
  storage.fault = null;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => storage.stop());

const put = (key: string, content: Uint8Array | string = 'a,b\n') =>
  storage.objects.set(`history/${key}`, Buffer.from(content));

async function namesOf(pattern: string): Promise<string[]> {
  return (await expandInputs([pattern])).map(({ name }) => name);
}

async function refusal(input: string): Promise<string> {
  const { code, err } = await build(['--input', input, '--out', out]);
  expect(code).toBe(1);
  expect(err).not.toContain(SECRET_KEY);
  expect(err).not.toContain(ACCESS_KEY);
  return err;
}

describe('a history on s3', () => {
  it('gives the version of the same files on this machine: an object, a folder, a glob', async () => {
    const [header = '', ...rows] = SAMPLE.toString('utf8').trimEnd().split('\n');
    const half = [rows.slice(0, 3000), rows.slice(3000)].map((part) => [header, ...part, ''].join('\n'));
    put('whole.csv', SAMPLE);
    put('2025/a.csv.gz', gzipSync(half[0] ?? ''));
    put('2025/deep/b.csv', half[1] ?? '');
    put('2025/_temporary/0.csv', 'left over');
    put('2025/deep/', '');
    const versions = new Set<string>();
    for (const input of [
      'build/sample/history.csv',
      's3://history/whole.csv',
      's3://history/2025/',
      's3://history/2025/**/*.{csv,csv.gz}',
    ]) {
      const { code, out: json, err } = await build(['--input', input, '--out', out, '--json']);
      expect(err).not.toContain('error');
      expect(code).toBe(0);
      versions.add(JSON.parse(json).version);
    }
    expect(versions.size).toBe(1);
  });

  it('is listed page by page', async () => {
    for (let n = 0; n < 12_000; n++) put(`many/${n}.csv`);
    expect(await expandInputs(['s3://history/many/*.csv'])).toHaveLength(12_000);
    expect(storage.requests).toHaveLength(12);
  });

  it('takes the columns of folders, and odd names', async () => {
    put('by/country_code=Per%C3%BA/a + b & <c>.csv');
    const [file] = await expandInputs(['s3://history/by/']);
    expect(file).toMatchObject({
      name: 'country_code=Per%C3%BA/a + b & <c>.csv',
      folders: { country_code: 'Perú' },
      size: 4,
    });
    const pieces = [];
    for await (const piece of new RemoteFile(file?.path ?? '').bytes()) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('a,b\n');
  });

  it('says what it passes over in a folder', async () => {
    put('mixed/a.csv');
    put('mixed/empty.csv', '');
    put('mixed/b.xlsx');
    const said: string[] = [];
    await expandInputs(['s3://history/mixed/'], undefined, (sentence) => said.push(sentence));
    expect(said.join('\n')).toContain('s3://history/mixed/: passed over b.xlsx');
    expect(said.join('\n')).toContain('s3://history/mixed/: passed over empty.csv: without any bytes');
  });

  it('is read without credentials from a public bucket', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    storage.objects.set('public/a.csv', Buffer.from('a'));
    expect(await namesOf('s3://public/*')).toEqual(['a.csv']);
    expect(await namesOf('s3://public/a.csv')).toEqual(['a.csv']);
  });

  it('is read on after a lost connection, with a signature of its own', async () => {
    const large = randomBytes(4 << 20);
    put('large', large);
    let cuts = 0;
    storage.fault = (request, response) => {
      if (request.headers.range !== 'bytes=0-' || cuts++ > 0) return false;
      response.writeHead(206, {
        'content-range': `bytes 0-${large.length - 1}/${large.length}`,
        'content-length': large.length,
      });
      response.write(large.subarray(0, 2_000_000), () => response.destroy());
      return true;
    };
    const pieces = [];
    for await (const piece of new RemoteFile('s3://history/large').bytes()) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(large)).toBe(true);
    expect(storage.requests).toHaveLength(2);
  });
});

describe('a history on s3 is refused', () => {
  it('where nothing is listed', async () => {
    put('a.csv');
    expect(await refusal('s3://history/none/*.csv')).toContain(
      's3://history/none/*.csv: there are no objects that can be read',
    );
    expect(await refusal('s3://history/a/')).toContain(
      's3://history/a/: there are no objects that can be read',
    );
  });

  it('where an object or bucket is not there', async () => {
    put('a.csv');
    expect(await refusal('s3://history/b.csv')).toContain(
      'the server answers 404 NoSuchKey: there is no such object (a folder is named with / at its end)',
    );
    expect(await refusal('s3://nothing/b.csv')).toContain(
      'the server answers 404 NoSuchBucket: there is no such bucket',
    );
  });

  it('without credentials, and with wrong ones', async () => {
    put('a.csv');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
    expect(await refusal('s3://history/a.csv')).toContain(
      '403 SignatureDoesNotMatch: the credentials of AWS_ACCESS_KEY_ID may not read it',
    );
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    expect(await refusal('s3://history/')).toContain(
      '403 AccessDenied: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  });

  it('when it may not be read any more in the middle of a listing', async () => {
    for (let n = 0; n < 1500; n++) put(`${n}.csv`);
    storage.fault = (request, response) => {
      if (!request.url?.includes('continuation-token')) return false;
      response.writeHead(403).end('<Error><Code>ExpiredToken</Code></Error>');
      return true;
    };
    expect(await refusal('s3://history/')).toContain('403 ExpiredToken');
  });

  it('in a bucket of another region', async () => {
    storage.fault = (_, response) => {
      response
        .writeHead(301, { 'x-amz-bucket-region': 'ap-south-1' })
        .end('<Error><Code>PermanentRedirect</Code></Error>');
      return true;
    };
    expect(await refusal('s3://history/a.csv')).toContain(
      'the bucket is in another region, set AWS_REGION=ap-south-1',
    );
  });

  it.each([
    ['not one', 'hello', 'does not answer with a listing'],
    [
      'cut off',
      '<ListBucketResult><Contents><Key>a</Key>',
      'the listing of the bucket is cut off, in 5 attempts',
    ],
    [
      'endless',
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>',
      'its listing repeats a page',
    ],
    [
      'without sizes',
      '<ListBucketResult><Contents><Key>a.csv</Key></Contents></ListBucketResult>',
      'without a key or a size',
    ],
  ])('with a listing that is %s', async (_, body, sentence) => {
    storage.fault = (_, response) => {
      response.writeHead(200).end(body);
      return true;
    };
    expect(await refusal('s3://history/')).toContain(sentence);
  });

  it.each([
    ['s3://a', 'its bucket is not a valid name'],
    ['s3:///key', 'its bucket is not a valid name'],
    ['s3://history/a/../b', 'its key has a part . or ..'],
  ])('%s', async (address, sentence) => {
    expect(await refusal(address)).toContain(sentence);
  });
});

describe('the address of an object', () => {
  it.each([
    [{}, 'https://data.s3.us-east-1.amazonaws.com/a%20b/c%2B.csv'],
    [{ AWS_REGION: 'eu-west-1' }, 'https://data.s3.eu-west-1.amazonaws.com/a%20b/c%2B.csv'],
    [{ AWS_S3_FORCE_PATH_STYLE: 'true' }, 'https://s3.us-east-1.amazonaws.com/data/a%20b/c%2B.csv'],
    [{ AWS_ENDPOINT_URL: 'http://minio:9000' }, 'http://minio:9000/data/a%20b/c%2B.csv'],
    [
      { AWS_ENDPOINT_URL: 'http://minio:9000', AWS_ENDPOINT_URL_S3: 'https://r2.example/base/' },
      'https://r2.example/base/data/a%20b/c%2B.csv',
    ],
    [
      { AWS_ENDPOINT_URL: 'https://r2.example', AWS_S3_FORCE_PATH_STYLE: 'false' },
      'https://data.r2.example/a%20b/c%2B.csv',
    ],
  ])('with %j is %s', (env, expected) => {
    expect(new S3(env).urlOf({ bucket: 'data', key: 'a b/c+.csv' }).href).toBe(expected);
  });

  it('is refused for an endpoint that is not one', () => {
    expect(() => new S3({ AWS_ENDPOINT_URL: 'minio:9000' }).urlOf({ bucket: 'data', key: 'a' })).toThrow(
      'is not an address such as',
    );
  });
});
