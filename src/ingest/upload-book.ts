import type { RunStorage } from './bindings.ts';
import type { Ending, UploadRecord } from './record.ts';

const UPLOAD = 'upload-';

/** The state of each upload, by name: it has joined the history, is set aside, or was accepted. */
export class UploadBook {
  readonly #storage: RunStorage;

  constructor(storage: RunStorage) {
    this.#storage = storage;
  }

  all(): UploadRecord[] {
    const listed = this.#storage.list({ prefix: UPLOAD, reverse: true });
    return [...listed].map(([, record]) => record as UploadRecord);
  }

  /** Saves what a run found. New uploads have joined as soon as the artifact that they are in may go live. */
  settle(run: string, { state, looked_at }: Ending): void {
    if (state === 'failed' || state === 'continued') return;
    for (const found of looked_at) this.#keep({ ...found, run });
  }

  /** Lets an upload that is set aside join. @returns null, or why it cannot */
  accept(name: string, etag: string): string | null {
    const record = this.#storage.get(UPLOAD + name) as UploadRecord | undefined;
    if (record === undefined || record.etag !== etag) return `No run has looked at ${name} yet.`;
    if (record.state !== 'set_aside') return `${name} is not set aside: it is ${record.state}.`;
    this.#keep({ ...record, state: 'accepted' });
    return null;
  }

  /** Makes the next run look at an upload again. */
  forget(name: string): void {
    this.#storage.delete(UPLOAD + name);
  }

  #keep(record: UploadRecord): void {
    this.#storage.put(UPLOAD + record.name, record);
  }
}
