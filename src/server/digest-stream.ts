import { sha256 } from '@noble/hashes/sha2.js';

/** What workerd has and Deno has not: a stream that hashes what is written to it, without keeping it. */
class DigestStream extends WritableStream<Uint8Array> {
  readonly digest: Promise<ArrayBuffer>;

  constructor(_: 'SHA-256') {
    const hash = sha256.create();
    const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>();
    super({
      write: (bytes) => void hash.update(bytes),
      close: () => resolve(Uint8Array.from(hash.digest()).buffer),
      abort: reject,
    });
    this.digest = promise;
  }
}

/** Gives a runtime the `crypto.DigestStream` that counting uploads needs, where it has none. */
export function ensureDigestStream(): void {
  if (!('DigestStream' in crypto)) Object.defineProperty(crypto, 'DigestStream', { value: DigestStream });
}
