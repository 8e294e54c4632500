import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { scoreCommand } from '../../../build/commands/score.ts';
import type { Finding } from '../../../build/doctor/finding.ts';
import { duckdb } from '../../../build/engines/duckdb.ts';
import type { Engine } from '../../../build/engines/engine.ts';
import { stream } from '../../../build/engines/stream.ts';
import { threadsEngine } from '../../../build/engines/threads.ts';
import { rebuild } from '../../../build/watch/rebuild.ts';
import { cubeText } from '../../../src/core/cube/cube-json.ts';
import { DataError } from '../../../src/core/errors.ts';
import { EXPORT_CASES, type ExportCase } from '../../support/exports.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runCommand } from '../support/command.ts';
import { exportsFolder, HEALTHY } from '../support/exports.ts';
import { inThisThread } from '../support/threads.ts';

const { path, write, build } = exportsFolder();
const inputOf = ({ name, content }: ExportCase) => write(`${name.replaceAll(/[^\w]+/g, '-')}.csv`, content);

function expectRead(
  read: Awaited<ReturnType<typeof build>>,
  { right, amounts, dropped = 0, warns }: ExportCase,
  times = right,
) {
  expect(read.said).toMatch(warns ?? /^$/);
  expect(read).toMatchObject({ code: 0, amounts: amounts ?? HEALTHY });
  expect(read.quality.rows_kept).toBe(4 * Number(times));
  expect(read.quality.rows_read).toBe(4 * Number(times) + dropped);
}

describe('an export is read, or refused with what to do', () => {
  it.each(EXPORT_CASES)('by a build: $name', async (one) => {
    const input = inputOf(one);
    const read = await build(input);
    if (typeof one.right === 'number') expectRead(read, one);
    else {
      expect(read.code).toBe(1);
      expect(read.said).toMatch(one.right);
      expect(read.said).not.toContain('should not have happened');
      if (one.settings) expectRead(await build(input, one.settings), one, 1);
    }
  });

  it.each(EXPORT_CASES)('by a watch: $name', async (one) => {
    const input = inputOf(one);
    const files = [{ path: input, name: 'in.csv', size: statSync(input).size }];
    const watched = rebuild(files, { config: shippedConfig(), engine: stream, out: `${path}/watched` });
    if (typeof one.right === 'number') {
      expect(await watched).toMatchObject({ rows_kept: 4 * one.right });
      return;
    }
    const error = await watched.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toHaveProperty('message', expect.stringMatching(one.right));
  });

  it.each(EXPORT_CASES)('by the doctor: $name', async (one) => {
    const { code, out, err } = await runCommand(doctor, ['--input', inputOf(one), '--json']);
    expect(code).toBe(typeof one.right === 'number' ? 0 : 1);
    if (out === '') {
      expect(err).toMatch(one.right as RegExp);
      return;
    }
    const { findings, quality, refused } = JSON.parse(out);
    const found = findings.filter(({ disease }: { disease: string }) =>
      /^unreadable|^lost_file/.test(disease),
    );
    if (typeof one.right === 'number') {
      expect(quality.rows_kept).toBe(4 * one.right);
      if (one.warns === undefined) expect(found).toEqual([]);
      else expectNamed(findings);
      expect(refused).toBe(null);
      return;
    }
    expect(refused).toMatch(one.right);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0].examples[0]).toMatch(/:\d/);
    const [setting] = Object.values(one.settings ?? {}).flatMap((value) => Object.values(value as object));
    if (typeof setting === 'string')
      expect(found.map(({ remedy }: { remedy: string }) => remedy).join()).toContain(setting);
  });

  it.each(EXPORT_CASES)('by score, for the customers in it: $name', async (one) => {
    const args = [
      '--input',
      inputOf(one),
      '--output',
      `${path}/scored.csv`,
      '--segment',
      'frequency_segment',
    ];
    const { code, out, err } = await runCommand(scoreCommand, [
      ...args,
      '--as-of',
      '2026-06-01',
      '--prefix',
      'p_',
      '--json',
    ]);
    if (one.score === 'none') {
      expect(code).toBe(1);
      expect(err).not.toContain('should not have happened');
      if (one.settings === undefined && !/fields, and the header|looks like a row/.test(String(one.right)))
        expect(err).toMatch(one.right as RegExp);
      if (one.settings) expect(err).toMatch(/set times\.format to/);
      return;
    }
    expect(code).toBe(0);
    const { customers, rejected } = JSON.parse(out);
    const rows = 4 * (typeof one.right === 'number' ? one.right : 1) + (one.dropped ?? 0);
    expect({ customers, some: rejected.invalid_request !== undefined }).toEqual({
      customers: rows,
      some: one.score === 'some',
    });
  });
});

/** What a build warns of has a finding with a remedy and the places, which are lines, or the file itself. */
function expectNamed(findings: readonly Finding[]) {
  const named = findings.filter(({ of }) => of !== 'cells' && of !== 'periods');
  expect(named).not.toEqual([]);
  for (const { of, count, remedy, examples } of named) {
    expect(count).toBeGreaterThan(0);
    expect(remedy).not.toBe('');
    expect(examples[0]).toMatch(of === 'files' ? /\.csv/ : /\.csv:\d+$/);
  }
}

describe('every engine makes the same of an export', () => {
  const config = shippedConfig();
  async function outcome(engine: Engine, one: ExportCase): Promise<unknown> {
    const input = inputOf(one);
    const inputs = [{ path: input, name: 'in.csv', size: statSync(input).size }];
    try {
      const { cube, reports } = await engine({
        config,
        inputs,
        rejects: null,
        onProgress() {},
      });
      return { cube: cubeText(cube), reports };
    } catch (error) {
      return String(error);
    }
  }
  const inBlocks = threadsEngine({
    ...{ block: 128, threads: 2, worth: 0 },
    start: inThisThread,
  });

  it.each(EXPORT_CASES)('threads, and duckdb, which leaves CSV to them: $name', async (one) => {
    const made = await outcome(stream, one);
    expect(await outcome(inBlocks, one)).toEqual(made);
    expect(await outcome(duckdb, one)).toEqual(made);
  });
});
