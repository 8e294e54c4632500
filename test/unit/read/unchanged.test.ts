import { appendFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../build/engines/stream.ts';
import { threads } from '../../../build/engines/threads.ts';
import { DEFAULT_CONFIG, readConfig } from '../../../build/files/config-file.ts';
import { countHistory } from '../../../build/history/count-history.ts';
import { noteStates } from '../../../build/read/identity.ts';
import { temporaryFolder } from '../support/files.ts';
import { keptTerminal } from '../support/terminal.ts';

const folder = temporaryFolder();
const HEADER = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount\n';
const ROW = '2018-07-21,Peru,2018-04-20,2017-01-01,1,4400\n';
const CHANGED = /: it changed while it was read: run the command again/;

describe('a file that is read', () => {
  const changes: [string, (path: string) => void][] = [
    ['is written over in its place', (path) => writeFileSync(path, 'other')],
    ['is appended to', (path) => appendFileSync(path, ROW)],
    [
      'is replaced by another',
      (path) => {
        writeFileSync(`${path}.new`, HEADER);
        renameSync(`${path}.new`, path);
      },
    ],
    ['is removed', unlinkSync],
  ];

  it.each(changes)('and %s meanwhile is refused', (name, change) => {
    const path = join(folder.path, `${name}.csv`);
    writeFileSync(path, HEADER);
    const requireUnchanged = noteStates([{ path, size: 0 }]);
    requireUnchanged();
    change(path);
    expect(requireUnchanged).toThrow(CHANGED);
  });

  it('and stays as it is is not refused, nor a pipe or an address', () => {
    const path = folder.write('same.csv', HEADER);
    const paths = [path, '/dev/null', '-', 'https://example.com/a.csv'];
    noteStates(paths.map((path) => ({ path, size: 0 })))();
  });
});

it.each([
  ['stream', stream],
  ['threads', threads],
] as const)('a history that is written to while %s counts it is not counted', async (name, engine) => {
  const path = folder.write(`${name}.csv`, HEADER + ROW.repeat(1_000));
  const config = await readConfig(DEFAULT_CONFIG);
  const inputs = [{ path, name: 'history.csv', size: 1 }];
  const counted = (during: () => void) =>
    countHistory(
      async (job) => {
        const counted = await engine(job);
        during();
        return counted;
      },
      config,
      inputs,
      undefined,
      keptTerminal(),
    );
  await expect(counted(() => appendFileSync(path, ROW))).rejects.toThrow(CHANGED);
  expect((await counted(() => {})).cube.countries.size).toBe(1);
});
