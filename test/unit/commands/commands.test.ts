import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../build/cli/command.ts';
import type { Options } from '../../../build/cli/options.ts';
import { ROOT, runCommand } from '../support/command.ts';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** The scripts that are programs for users and developers (attacks are test code), with the file and the arguments that npm gives them. */
const OURS = Object.entries(scripts).flatMap(([name, line]) => {
  const [, file = '', args = ''] =
    /^node (?:--[\w-]+=\d+ )*(?:--import \S+ )?(\S+\.ts)(.*)$/.exec(line) ?? [];
  return file === '' || name === 'attack'
    ? []
    : [{ name, file, args: args.split(' ').filter((word) => word !== '') }];
});

interface Run {
  code: number;
  out: string;
  err: string;
}

/** Runs a command in a process of its own, without NO_COLOR unless it is given. */
function run(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(file, args, { cwd: ROOT, env: { ...rest, ...env } }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

/** Calls a command in this process where its module gives it away: it starts in a process of its own for its help. */
async function call(
  file: string,
  args: readonly string[],
): Promise<{ code: number | null } & Omit<Run, 'code'>> {
  const given: Record<string, unknown> = file.startsWith('build/commands/')
    ? await import(join(ROOT, file))
    : {};
  const command = Object.values(given).find(
    (one): one is Command<Options> => typeof one === 'object' && one !== null && 'summary' in one,
  );
  return command ? await runCommand(command, args) : await run(process.execPath, [file, ...args]);
}

const ESCAPE = '\u001b';

describe('every command', () => {
  it('is found', () => {
    expect(OURS.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'build:artifact',
        'watch',
        'artifact',
        'evaluate',
        'score',
        'doctor',
        'generate',
        'bench',
      ]),
    );
  });

  it.concurrent.each(OURS)(
    '$name has --help with usage and examples, in plain text of 80 columns',
    async ({ name, file, args }) => {
      const { code, out, err } = await run(process.execPath, [file, ...args, '--help']);
      expect(err).toBe('');
      expect(code).toBe(0);
      expect(out).toMatch(/^Usage: /m);
      expect(out).toMatch(/^Examples:\n {2}# \S/m);
      expect(out).toContain(`npm run ${name}`);
      expect(out).not.toMatch(/ --$/m);
      expect(out).not.toContain(ESCAPE);
      // An example is there to be copied, in one line.
      const [words = ''] = out.split('Examples:');
      expect(words.split('\n').filter((line) => line.length > 80 && name !== 'bench')).toEqual([]);
    },
  );

  it.concurrent.each(OURS)(
    '$name says what it knows when it is called in another way',
    async ({ file, args }) => {
      const { code, out, err } = await call(file, [...args, '--no-such-option']);
      expect(err).toMatch(/unknown option '?--no-such-option/i);
      expect(err).toContain('--help shows the ');
      expect(err).not.toContain(ESCAPE);
      expect(out).toBe('');
      expect(code).toBe(2);
    },
  );

  const readers = OURS.filter(({ name }) => ['build:artifact', 'evaluate', 'doctor', 'score'].includes(name));
  it.concurrent.each(readers)('$name names a file that is not there', async ({ name, file, args }) => {
    const output = name === 'score' ? ['--output', 'artifacts/never.csv', '--segment', 'x'] : [];
    const { code, err } = await call(file, [...args, '--input', 'no-such-file.csv', ...output]);
    expect(err).toBe('error: no-such-file.csv: there is no such file\n');
    expect(code).toBe(1);
  });
});

/** Gives a program a terminal; of util-linux. */
const SCRIPT = '/usr/bin/script';

describe.skipIf(!existsSync(SCRIPT) || process.platform !== 'linux')(
  `on a terminal (needs ${SCRIPT})`,
  () => {
    const onTerminal = (env: Record<string, string>) =>
      run(SCRIPT, ['-qec', `${process.execPath} build/commands/doctor.ts --oops`, '/dev/null'], {
        TERM: 'xterm',
        ...env,
      });

    it('an error is red', async () => {
      expect((await onTerminal({})).out).toContain(`${ESCAPE}[31merror:${ESCAPE}[0m`);
    });

    it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])(
      'nothing is coloured with %o',
      async (env: Record<string, string>) => {
        const { out } = await onTerminal(env);
        expect(out).toContain('error:');
        expect(out).not.toContain(`${ESCAPE}[`);
      },
    );
  },
);

it('a command that is over ends, whatever a library has left open', async () => {
  const script = `import { createServer } from 'node:net';
    import { run } from ${JSON.stringify(join(ROOT, 'build/cli/command.ts'))};
    const left = { name: 'left', summary: 'Leaves a server.', options: {}, operands: { usage: '', least: 0, most: 0 }, examples: [],
      run: async () => { createServer().listen(0, '127.0.0.1'); return 1; } };
    await run(left);`;
  expect(await run(process.execPath, ['--input-type=module', '-e', script])).toEqual({
    code: 1,
    out: '',
    err: '',
  });
});
