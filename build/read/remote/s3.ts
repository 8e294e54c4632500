import { AwsV4Signer } from 'aws4fetch';
import { DataError } from '../../../src/core/errors.ts';
import type { Sign } from './request.ts';

/** An object, or a prefix of keys, in a bucket. */
interface S3Address {
  bucket: string;
  key: string;
}

/** @param address `s3://BUCKET/KEY`, whose key is as it is: nothing in it is percent-encoded @throws DataError */
export function parseS3(address: string): S3Address {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(address) ?? [];
  if (/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(bucket)) return { bucket, key };
  throw new DataError('its bucket is not a valid name: an address looks like s3://BUCKET/KEY');
}

/** A storage that speaks S3, as the environment describes it. */
export class S3 {
  readonly #env: NodeJS.ProcessEnv;
  /** Keys that were derived from the credentials, one for each day. */
  readonly #keys = new Map<string, ArrayBuffer>();

  /**
   * @param env read are AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, AWS_S3_FORCE_PATH_STYLE (true with an endpoint, unless set
   *   to false), AWS_REGION or AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN
   */
  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  get region(): string {
    return this.#env.AWS_REGION || this.#env.AWS_DEFAULT_REGION || 'us-east-1';
  }

  /** Whether requests are signed. Without credentials they are not: a public bucket can still be read. */
  get hasCredentials(): boolean {
    return Boolean(this.#env.AWS_ACCESS_KEY_ID && this.#env.AWS_SECRET_ACCESS_KEY);
  }

  /** @param key '' for the bucket @returns where an object is @throws DataError for an endpoint that is not an address */
  urlOf({ bucket, key }: S3Address): URL {
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_S3_FORCE_PATH_STYLE: style } = this.#env;
    const own = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL;
    const endpoint = URL.parse(own || `https://s3.${this.region}.amazonaws.com`);
    if (endpoint === null || !/^https?:$/.test(endpoint.protocol)) {
      throw new DataError(
        'AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is not an address such as https://host:9000',
      );
    }
    // A certificate for *.host is not one for a name with a dot in it.
    const byPath = style ? style !== 'false' && style !== '0' : Boolean(own) || bucket.includes('.');
    if (key.split('/').some((part) => part === '.' || part === '..')) {
      throw new DataError('its key has a part . or .., which cannot be asked for');
    }
    const path = key.split('/').map(encodePart).join('/');
    const base = endpoint.pathname.replace(/\/$/, '');
    if (!byPath) endpoint.hostname = `${bucket}.${endpoint.hostname}`;
    endpoint.pathname = byPath ? `${base}/${bucket}/${path}` : `${base}/${path}`;
    return endpoint;
  }

  /** Signs a request with the credentials of the environment (AWS Signature Version 4). */
  readonly sign: Sign = async (url) => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = this.#env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return {};
    const signer = new AwsV4Signer({
      url: url.href,
      service: 's3',
      region: this.region,
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      cache: this.#keys,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    });
    return Object.fromEntries((await signer.sign()).headers);
  };
}

/** What encodeURIComponent leaves as it is, and a signature does not. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
