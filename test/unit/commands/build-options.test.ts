import { describe, expect, it } from 'vitest';
import { type Command, execute } from '../../../build/cli/command.ts';
import { duration, printable } from '../../../build/cli/format.ts';
import { Progress } from '../../../build/cli/progress.ts';
import { table } from '../../../build/cli/table.ts';
import { DataError } from '../../../src/core/errors.ts';
import { fixedPercent, readable } from '../../../src/core/words.ts';
import { keptTerminal } from '../support/terminal.ts';

const options = {
  input: { value: 'FILE', multiple: true, description: 'What to read' },
  out: { value: 'FOLDER', description: 'Where to write' },
  json: { description: 'For programs' },
} as const;

async function call(args: string[], run: Command<typeof options>['run'] = async () => 0) {
  const terminal = keptTerminal();
  const seen: unknown[] = [];
  const command: Command<typeof options> = {
    name: 'npm run thing --',
    summary: 'Does a thing.',
    options,
    meant: 'input',
    examples: [{ args: '--json', does: 'do it for a program' }],
    run: (values, to, words) => {
      seen.push(values);
      return run(values, to, words);
    },
  };
  return { code: await execute(command, args, terminal), seen, ...terminal.text };
}

describe('a command line', () => {
  it('gives the values of the options, and the defaults of those that are not there', async () => {
    expect((await call([])).seen).toEqual([{ input: [], out: undefined, json: false, help: false }]);
    const { seen } = await call(['--input', 'a', '--json', '--input=b', '--out', 'c']);
    expect(seen).toEqual([{ input: ['a', 'b'], out: 'c', json: true, help: false }]);
  });

  it('takes a number below zero for a value, which its command may say no to', async () => {
    const { seen } = await call(['--out', '-1', '--input', '-.5', '--input=-2', '--input', '3']);
    expect(seen).toEqual([{ input: ['-.5', '-2', '3'], out: '-1', json: false, help: false }]);
    const flag = await call(['--json', '-1']);
    expect([flag.code, flag.err]).toEqual([2, expect.stringContaining('unknown option -1')]);
    const words = await call(['--', '--out', '-1']);
    expect([words.code, words.err]).toEqual([2, expect.stringContaining('got "--out" "-1"')]);
  });

  it('shows its options and examples for --help, on standard output', async () => {
    const { code, out, err, seen } = await call(['--help']);
    expect([code, err, seen]).toEqual([0, '', []]);
    expect(out).toContain(
      'Does a thing.\n\nUsage: npm run thing -- [--input FILE]… [--out FOLDER] [--json]\n',
    );
    expect(out).toMatch(/ {2}--out FOLDER +Where to write\n/);
    expect(out).toContain('# do it for a program\n  npm run thing -- --json\n');
  });

  it.each([
    ['an unknown option', ['--inptu', 'x'], 'unknown option --inptu; did you mean --input?'],
    ['an option far from any', ['--zzzzzzzz'], 'unknown option --zzzzzzzz\n'],
    [
      'a word',
      ['history.csv'],
      'expected options only, got "history.csv"; did you mean --input history.csv?',
    ],
    ['an option without its value', ['--out'], "option '--out <value>' argument missing"],
    ['an option whose value looks like another', ['--out', '--json'], 'argument is ambiguous'],
    ['an empty value', ['--input', 'a', '--input', ''], 'expected a value for --input, got an empty one'],
    [
      'a dash for a file',
      ['--out', '-'],
      'expected a name for --out, got "-": standard input is called /dev/stdin',
    ],
    ['an option twice that is taken once', ['--out', 'a', '--out=b'], 'expected --out once, got "a" and "b"'],
    ['a flag with a value', ['--json=yes'], "option '--json' does not take an argument"],
  ])('that has %s is answered with a sentence, where to find help, and 2', async (_, args, sentence) => {
    const { code, out, err, seen } = await call(args);
    expect([code, out, seen]).toEqual([2, '', []]);
    expect(err).toContain(sentence);
    expect(err.split('\n').slice(1)).toEqual(['npm run thing -- --help shows the options.', '']);
  });

  it('ends with 1 and a sentence when the data says no, and never with a stack trace', async () => {
    const no = await call([], () => Promise.reject(new DataError('x.csv: expected rows')));
    expect([no.code, no.err]).toEqual([1, 'error: x.csv: expected rows\n']);
    const mistake = await call([], () => Promise.reject(new TypeError('x is undefined')));
    expect(mistake.code).toBe(1);
    expect(mistake.err).toMatch(/^error: .*report it: x is undefined\n$/);
  });
});

describe('progress', () => {
  const clock = { now: 0 };
  const progressOn = (terminal: ReturnType<typeof keptTerminal>, total: number) => {
    clock.now = 0;
    return new Progress(terminal, total, () => clock.now);
  };

  it('is a bar with share, speed and time left on a terminal, and is taken away', () => {
    const terminal = keptTerminal(80);
    const progress = progressOn(terminal, 1000);
    clock.now = 1000;
    progress.advance(250, 5000);
    progress.advance(1, 1);
    progress.end();
    expect(terminal.text.err).toMatch(/^\r\S+\[#+\.+\] 25%, 5,000 rows, 5,000 rows\/s, 3 s left\r\S+$/);
  });

  it('is a line now and then elsewhere, and none in a short run', () => {
    const terminal = keptTerminal();
    const progress = progressOn(terminal, 1000);
    for (clock.now = 0; clock.now < 1900; clock.now += 100) progress.advance(1, 10);
    expect(terminal.text.err).toBe('');
    for (; clock.now < 60_000; clock.now += 100) progress.advance(1, 10);
    progress.end();
    expect(terminal.text.err.split('\n')).toHaveLength(7);
    expect(terminal.text.err).not.toContain('\r');
  });

  it('says no share of a whole that is not known', () => {
    const terminal = keptTerminal();
    const progress = progressOn(terminal, 0);
    clock.now = 5000;
    progress.advance(10, 5000);
    expect(terminal.text.err).toBe('5,000 rows, 1,000 rows/s\n');
  });
});

describe('what people read', () => {
  it('has aligned columns, also for wide and for composed letters', () => {
    const lines = table(
      [
        ['日本', '1', 'x'],
        ['Peru\u0301', '10', 'y'],
      ],
      { right: [1] },
    );
    expect(lines).toBe('日本   1  x\nPeru\u0301  10  y\n');
  });

  it('has numbers that are easy to read', () => {
    expect(readable(198674)).toBe('198,674');
    expect([fixedPercent(0), fixedPercent(0.0798), fixedPercent(1), fixedPercent(0.0001)]).toEqual([
      '0.0%',
      '8.0%',
      '100.0%',
      '<0.1%',
    ]);
    expect([duration(1), duration(59_000), duration(75_000)]).toEqual(['1 s', '59 s', '1:15 min']);
  });

  it.each([
    ['Peru', 'Peru'],
    ['a'.repeat(40), 'a'.repeat(40)],
    ['a'.repeat(41), `${'a'.repeat(39)}…`],
    ['😀'.repeat(40), '😀'.repeat(40)],
    ['😀'.repeat(41), `${'😀'.repeat(39)}…`],
    ['\u001b[2J\nPeru\u0007\u009b', '\ufffd[2J\ufffdPeru\ufffd\ufffd'],
  ])('show %j of a file as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('show as much of a file as is asked for', () => {
    expect([printable('abc', 3), printable('abcd', 3)]).toEqual(['abc', 'ab…']);
  });
});
