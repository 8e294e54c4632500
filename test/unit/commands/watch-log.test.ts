import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { execFileSync } from '../../support/children.ts';
import { ROOT } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';

const WATCH = fileURLToPath(new URL('../../../build/commands/watch.ts', import.meta.url));
const LONG = 60_000;

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const csv = (rows: number) => `${HEADER}\n${'2018-07-21,Peru,2018-04-20,,1,4400\n'.repeat(rows)}`;

const descriptors: number[] = [];
afterEach(() => {
  for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
});

function opened(path: string, flags: number): number {
  const descriptor = openSync(path, flags);
  descriptors.push(descriptor);
  return descriptor;
}

/** Watches a folder of one file, with its log going to a descriptor. */
function watchInto(name: string, stdout: number) {
  const history = at(`${name}-history`);
  folder.write(`${name}-history/a.csv`, csv(1));
  const out = at(`${name}-out`);
  const args = [WATCH, history, '--out', out, '--cache', at(`${name}-cache`), '--settle', '0.1'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', stdout, 'pipe'] });
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const rows = () => {
    const path = join(out, 'current.json');
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).quality.rows_kept : 0;
  };
  return {
    /** Waits for the artifact of so many rows. */
    has: (count: number) => expect.poll(rows, { timeout: LONG }).toBe(count),
    add: (rows: number) => folder.write(`${name}-history/b.csv`, csv(rows)),
    async stop(): Promise<{ code: number | null; err: string }> {
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      child.kill('SIGTERM');
      return { code: await ended, err };
    },
  };
}

const windows = process.platform === 'win32';
describe.skipIf(windows)(
  `a watch goes on though its log cannot be written${windows ? ' (skipped: Windows has no such pipes)' : ''}`,
  () => {
    const pipe = (name: string) => {
      execFileSync('mkfifo', [at(name)]);
      const reader = openSync(at(name), constants.O_RDONLY | constants.O_NONBLOCK);
      return { reader, writer: opened(at(name), constants.O_WRONLY | constants.O_NONBLOCK) };
    };

    it('because the pipe is full and not read: later the lines come', async () => {
      const { reader, writer } = pipe('stalled');
      descriptors.push(reader);
      expect(() => {
        for (;;) writeSync(writer, ' '.repeat(4096));
      }).toThrow('EAGAIN');
      const watch = watchInto('stalled', writer);
      await watch.has(1);
      watch.add(2);
      await watch.has(3);
      let text = '';
      const read = () => {
        const bytes = Buffer.alloc(1 << 20);
        try {
          text += bytes.toString('utf8', 0, readSync(reader, bytes));
        } catch {
          // It is empty for now.
        }
        return text;
      };
      await expect.poll(read, { timeout: LONG }).toContain('"rows_kept":3');
      expect(await watch.stop()).toEqual({ code: 143, err: '' });
      const events = read()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).event);
      expect([events[0], events.at(-1)]).toEqual(['watching', 'stopped']);
    });

    it('because the reader of the pipe has gone', async () => {
      const { reader, writer } = pipe('gone');
      const watch = watchInto('gone', writer);
      await watch.has(1);
      closeSync(reader);
      watch.add(2);
      await watch.has(3);
      expect(await watch.stop()).toEqual({ code: 143, err: '' });
    });

    it.skipIf(!existsSync('/dev/full'))('because the disk is full', async () => {
      const watch = watchInto('full', opened('/dev/full', constants.O_WRONLY));
      await watch.has(1);
      watch.add(2);
      await watch.has(3);
      expect(await watch.stop()).toEqual({ code: 143, err: '' });
    });
  },
);
