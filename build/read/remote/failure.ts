import { STATUS_CODES } from 'node:http';
import { DataError } from '../../../src/core/errors.ts';
import { type Answer, piecesOf } from './request.ts';
import { Passing } from './retry.ts';
import type { S3 } from './s3.ts';

/** Bytes of an answer that are looked at for the reason of a failure. */
const MOST_READ = 16 << 10;

/**
 * @param storage of an s3 address
 * @returns what an answer that is not the file means: {@link Passing} where another attempt may help
 */
export async function errorOfAnswer(answer: Answer, storage: S3 | null): Promise<Error> {
  const { status, headers } = answer;
  const error = storage === null ? '' : await startOf(answer);
  answer.body.destroy();
  const code = /<Code>(\w{1,60})<\/Code>/.exec(error)?.[1];
  const said = `the server answers ${status} ${code ?? STATUS_CODES[status] ?? ''}`.trimEnd();
  if (status === 408 || status === 429 || status >= 500)
    return new Passing(said, waitOf(headers['retry-after']));
  const region = headers['x-amz-bucket-region'] ?? /<Region>([a-z0-9-]{1,40})<\/Region>/.exec(error)?.[1];
  return new DataError(said + hint({ status, code, region: region?.toString(), storage }));
}

interface Facts {
  status: number;
  code: string | undefined;
  region: string | undefined;
  storage: S3 | null;
}

/** What to do, as the end of a sentence. */
function hint({ status, code, region, storage }: Facts): string {
  if (storage === null) {
    if (status === 401 || status === 403 || status === 407)
      return ': it may not be read, or a signature in the address has expired';
    return status === 404 || status === 410 ? ': there is no such file' : '';
  }
  if (region !== undefined && region !== storage.region)
    return `: the bucket is in another region, set AWS_REGION=${region}`;
  if (status >= 300 && status < 400)
    return ': it redirects, which is not followed with a signature; set AWS_REGION or AWS_ENDPOINT_URL_S3';
  if (code === 'NoSuchBucket') return ': there is no such bucket';
  if (status === 404) return ': there is no such object (a folder is named with / at its end)';
  if (status !== 401 && status !== 403) return '';
  return storage.hasCredentials
    ? ': the credentials of AWS_ACCESS_KEY_ID may not read it, or have expired'
    : ': set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY if it is not public';
}

async function startOf({ body }: Answer): Promise<string> {
  let text = '';
  try {
    for await (const piece of piecesOf(body)) {
      text += piece.toString('latin1');
      if (text.length >= MOST_READ) break;
    }
  } catch {
    // The status says enough.
  }
  return text;
}

/** @returns milliseconds */
function waitOf(retryAfter: string | undefined): number {
  const seconds = Number(retryAfter ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}
