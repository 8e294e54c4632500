import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { evaluateCommand } from '../../../build/commands/evaluate.ts';
import { scoreCommand } from '../../../build/commands/score.ts';
import { eventLog } from '../../../build/watch/events.ts';
import { HEADER, HEALTHY_ROWS } from '../../support/exports.ts';
import { build, runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();

/** Clears the screen, rings, is a C1 control, turns the letters after it around, and ends a line for some programs. */
const RUDE = '\u001b[2J\u0007\u009b3J\u202eabc\u2066\u200f\u2028';
const STEERING = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const [first = [], ...others] = HEALTHY_ROWS;
const csv = (header: string, rows: readonly (readonly string[])[]) =>
  [header, ...rows.map((row) => row.join(',')), ''].join('\n');

/** Files that have it in their header, and in each field. */
const HOSTILE: [string, string][] = [
  [
    'the header',
    csv(`${HEADER},note${RUDE}`.replace('voucher_amount', `voucher_amount${RUDE}`), HEALTHY_ROWS),
  ],
  [
    'the name of one more column',
    csv(
      `${HEADER},note${RUDE}`,
      HEALTHY_ROWS.map((row) => [...row, RUDE]),
    ),
  ],
  [
    'the country',
    csv(
      HEADER,
      HEALTHY_ROWS.map((row) => row.with(1, `Peru${RUDE}`)),
    ),
  ],
  [
    'a country in quotes',
    csv(
      HEADER,
      HEALTHY_ROWS.map((row) => row.with(1, `'Peru${RUDE}'`)),
    ),
  ],
  ['a time', csv(HEADER, [first.with(0, `soon${RUDE}`), ...others])],
  [
    'all times',
    csv(
      HEADER,
      HEALTHY_ROWS.map((row) => row.with(2, `soon${RUDE}`)),
    ),
  ],
  ['orders', csv(HEADER, [first.with(4, `3${RUDE}`), ...others])],
  ['an amount', csv(HEADER, [first.with(5, `10${RUDE}`), ...others])],
  ['a row of another shape', csv(HEADER, [...HEALTHY_ROWS, [RUDE]])],
  ['everything', RUDE.repeat(30)],
  ['JSON', `{"country_code${RUDE.slice(6)}": 1}\n{"x": "${RUDE}"}\n`],
];

describe.each(HOSTILE)('nothing in %s steers a terminal', (name, content) => {
  const input = () => {
    mkdirSync(join(folder.path, `in${RUDE}`), { recursive: true });
    return folder.write(`in${RUDE}/${name.replaceAll(' ', '-')}${RUDE}.csv`, content);
  };
  const out = join(folder.path, `out${RUDE}`);

  it.each<[string, () => Promise<{ out: string; err: string }>]>([
    ['a build', () => build(['--input', input(), '--out', out])],
    ['a build for programs', () => build(['--input', input(), '--out', out, '--json'])],
    ['a build of the folder', () => build(['--input', join(input(), '..'), '--out', out])],
    ['the doctor', () => runCommand(doctor, ['--input', input()])],
    ['the doctor, for programs', () => runCommand(doctor, ['--input', input(), '--json'])],
    ['evaluate', () => runCommand(evaluateCommand, ['--input', input()])],
    [
      'score',
      () => runCommand(scoreCommand, ['--input', input(), '--output', `${out}.csv`, '--prefix', 'p_']),
    ],
    ['an option that there is not', () => build([`--${RUDE}`])],
    ['a file that is not there', () => build(['--input', RUDE])],
  ])('in the words of %s', async (_, run) => {
    const said = await run();
    expect(said.out + said.err).not.toBe('');
    expect(said.out + said.err).not.toMatch(STEERING);
  });
});

it('a watch tells of such names as programs read them, and steers no terminal with them', async () => {
  const written = folder.write('events', '');
  const { openSync, closeSync, readFileSync } = await import('node:fs');
  const descriptor = openSync(written, 'w');
  const { tell, flush } = eventLog(descriptor, () => new Date(0));
  tell({ event: 'kept', reason: `it is ${RUDE}` });
  await flush();
  closeSync(descriptor);
  const line = readFileSync(written, 'utf8');
  expect(line).not.toMatch(STEERING);
  expect(JSON.parse(line)).toMatchObject({ reason: `it is ${RUDE}` });
});

it('a build tells programs the name of a file as it is', async () => {
  const name = `history${RUDE}.csv`;
  const { out } = await build([
    ...['--input', folder.write(name, csv(HEADER, HEALTHY_ROWS))],
    ...['--out', join(folder.path, 'told'), '--json'],
  ]);
  expect(out).not.toMatch(STEERING);
  expect(JSON.parse(out)).toMatchObject({ sources: [{ name }] });
});
