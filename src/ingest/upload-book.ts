import type { RunStorage } from './bindings.ts';
import type { Ending, UploadRecord } from './record.ts';

const UPLOAD = 'upload-';

/** What is known of each upload, by name: whether it has joined the history, is set aside, or was accepted. */
export class UploadBook {
  readonly #storage: RunStorage;

  constructor(storage: RunStorage) {
    this.#storage = storage;
  }

  all(): UploadRecord[] {
    const listed = this.#storage.list({ prefix: UPLOAD, reverse: true });
    return [...listed].map(([, record]) => record as UploadRecord);
  }

  /** Writes down what a run found. New uploads have joined once what was made with them may go live. */
  settle(run: string, { state, looked_at }: Ending): void {
    if (state === 'failed' || state === 'continued') return;
    for (const found of looked_at) this.#keep({ ...found, run });
  }

  /** Has an upload that is set aside join. @returns null, or why it cannot */
  accept(name: string, etag: string): string | null {
    const record = this.#storage.get(UPLOAD + name) as UploadRecord | undefined;
    if (record === undefined || record.etag !== etag) return `No run has looked at ${name} yet.`;
    if (record.state !== 'set_aside') return `${name} is not set aside: it is ${record.state}.`;
    this.#keep({ ...record, state: 'accepted' });
    return null;
  }

  /** Has the next run look at an upload anew. */
  forget(name: string): void {
    this.#storage.delete(UPLOAD + name);
  }

  #keep(record: UploadRecord): void {
    this.#storage.put(UPLOAD + record.name, record);
  }
}
