import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll } from 'vitest';

/** Longer than any case takes, on a busy machine too. */
const LONGEST_CASE_MS = 60_000;
/** The most bytes of a case that are told. */
const MOST = 256;

/** Tells, from a thread that goes on whatever the test does, which case is at hand when one does not end. */
const WATCHER = `
const { workerData: { shared, longest } } = require('node:worker_threads');
const begun = new Float64Array(shared, 0, 1);
let told = 0;
setInterval(() => {
  if (begun[0] === told || begun[0] === 0 || Date.now() - begun[0] < longest) return;
  told = begun[0];
  const text = Buffer.from(new Uint8Array(shared, 8)).toString().replaceAll('\\0', '');
  require('node:fs').writeSync(2, 'a case has not ended for ' + longest / 1000 + ' s: ' + text + '\\n');
}, longest / 10);
`;

/**
 * For random cases that may go on for ever without a pause, which no limit of a test ends.
 *
 * @returns what is told of each case before it begins
 */
export function watchCases(longest = LONGEST_CASE_MS): (name: string) => void {
  const shared = new SharedArrayBuffer(8 + MOST);
  const begun = new Float64Array(shared, 0, 1);
  const text = new Uint8Array(shared, 8);
  let watcher: Worker | undefined;
  beforeAll(() => {
    watcher = new Worker(WATCHER, { eval: true, workerData: { shared, longest } });
    watcher.unref();
  });
  afterAll(async () => {
    await watcher?.terminate();
  });
  return (name) => {
    text.fill(0);
    text.set(Buffer.from(name).subarray(0, MOST));
    begun[0] = Date.now();
  };
}
