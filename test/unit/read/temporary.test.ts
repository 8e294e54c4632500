import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { writeFileAside } from '../../../build/files/aside.ts';
import { takeRemoved, temporaryName } from '../../../build/files/temporary.ts';
import { spawnSync } from '../../support/children.ts';
import { ROOT, spawnBuild } from '../support/command.ts';
import { HEADER } from '../support/csv.ts';
import { temporaryFolder } from '../support/files.ts';

const WRITER = fileURLToPath(new URL('../support/aside-writer.ts', import.meta.url));
const folder = temporaryFolder();
const at = (path: string) => join(folder.path, path);

/** A process in a container of its own has the number 1. */
const CONTAINER = ['-pf', process.execPath];
const mayContain = process.platform === 'linux' && spawnSync('unshare', ['-pf', 'true']).status === 0;
const skipped = mayContain ? '' : ' (skipped: no process namespace may be made here)';

describe.skipIf(!mayContain)(`processes with the same number that share a folder${skipped}`, () => {
  it('never show half a file, and none of them fails', async () => {
    const path = at('shared/file');
    const writers = ['a', 'b', 'c'].map((letter) => {
      const child = spawn('unshare', [...CONTAINER, WRITER, path, letter, '30'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          output += text;
        });
      }
      return new Promise<[number | null, string]>((resolve) => {
        child.on('close', (code) => resolve([code, output]));
      });
    });
    let running = true;
    const ended = Promise.all(writers).finally(() => {
      running = false;
    });
    const torn: number[] = [];
    while (running) {
      const text = existsSync(path) ? readFileSync(path, 'latin1') : '';
      const whole = text === '' || (text.length === 1 << 20 && text === text[0]?.repeat(text.length));
      if (!whole) torn.push(text.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await ended).toEqual(writers.map(() => [0, '1\n']));
    expect(torn).toEqual([]);
    expect(readdirSync(dirname(path))).toEqual(['file']);
  });

  it('build into it, and each build ends well', async () => {
    const out = at('out');
    const histories = [1, 2].map((rows) =>
      folder.write(
        `history-${rows}.csv`,
        `${HEADER}\n${'2018-07-21,Peru,2018-04-20,,1,4400\n'.repeat(rows)}`,
      ),
    );
    const codes = await Promise.all(
      histories.map(
        (history) =>
          new Promise((resolve) => {
            const args = ['build/commands/build-artifact.ts', '--input', history, '--out', out];
            const child = spawn('unshare', [...CONTAINER, ...args], { cwd: ROOT, stdio: 'ignore' });
            child.on('close', resolve);
          }),
      ),
    );
    expect(codes).toEqual([0, 0]);
    const { version } = JSON.parse(readFileSync(join(out, 'current.json'), 'utf8'));
    expect(existsSync(join(out, `${version}.json`))).toBe(true);
    expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('temporary files of processes that were killed', () => {
  const DAY_S = 24 * 60 * 60;

  /** Leaves a file whose last write was some days ago. */
  function leave(path: string, days: number): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'half');
    const time = Date.now() / 1000 - days * DAY_S;
    utimesSync(path, time, time);
    return path;
  }

  it('are removed by the next build when they are a day old, which --json says', async () => {
    const history = folder.write('kept.csv', `${HEADER}\n2018-07-21,Peru,2018-04-20,,1,4400\n`);
    const out = at('left');
    const old = [
      leave(temporaryName(join(out, 'current.json')), 1.01),
      leave(temporaryName(join(out, '0123456789abcdef.json')), 30),
      leave(temporaryName(at('left-rejects/rejects.csv')), 2),
    ];
    const others = [
      leave(temporaryName(join(out, 'current.json')), 0.9),
      leave(join(out, 'current.json.4711.tmp'), 30),
      leave(join(out, 'notes.voucher-edge.tmp'), 30),
      leave(join(out, 'upload.0123456789abcdef.tmp'), 30),
      leave(temporaryName(join(out, 'deeper/current.json')), 30),
    ];
    const args = ['--input', history, '--out', out, '--rejects', at('left-rejects/rejects.csv')];
    const { code, out: json, err } = await spawnBuild([...args, '--json']).done;
    expect(code).toBe(0);
    const removed: string[] = JSON.parse(json).leftovers_removed;
    expect(removed.toSorted()).toEqual(old.toSorted());
    expect([...old, ...others].filter(existsSync)).toEqual(others);
    expect(err).not.toContain('error');
    expect(JSON.parse((await spawnBuild([...args, '--json']).done).out).leftovers_removed).toEqual([]);
  });

  it('are named to people by a command without --json', async () => {
    const path = leave(temporaryName(at('people/vouchers.csv')), 3);
    const customers = folder.write('customers.csv', 'customer_id,country_code,total_orders\n1,Peru,3\n');
    const args = ['--input', customers, '--output', at('people/vouchers.csv')];
    const command = ['build/commands/score.ts', ...args, '--segment', 'frequency_segment'];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: ROOT });
    expect([status, stderr]).toEqual([0, expect.stringContaining(path)]);
    expect(readdirSync(at('people'))).toEqual(['vouchers.csv']);
  });

  it('do not keep a file from being written where they cannot be removed', async () => {
    // A folder of this name is not one of them.
    mkdirSync(temporaryName(at('stuck/file')), { recursive: true });
    await writeFileAside(at('stuck/file'), 'whole');
    expect(readFileSync(at('stuck/file'), 'utf8')).toBe('whole');
    expect(takeRemoved()).toEqual([]);
  });
});
