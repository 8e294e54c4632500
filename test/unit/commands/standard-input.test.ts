import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { evaluateCommand } from '../../../build/commands/evaluate.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { isDuckdbInstalled } from '../../cluster/support/duckdb.ts';
import { build, ROOT, runCommand } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { parquetFile } from '../support/parquet.ts';

const folder = temporaryFolder();
const out = join(folder.path, 'out');
const SAMPLE = readFileSync('build/sample/history.csv');
const [HEADER = '', ...ROWS] = SAMPLE.toString('utf8').trimEnd().split('\n');
const NAMES = HEADER.split(',');
const RULES = JSON.parse(readFileSync('config/voucher.json', 'utf8'));

/** The sample as JSON lines: numbers and texts, and empty fields as null or not at all. */
const LINES = Buffer.from(
  ROWS.map((row, at) => {
    const fields = row.split(',').map((text, column): [string, unknown] => {
      const isNumber =
        ['total_orders', 'voucher_amount'].includes(NAMES[column] ?? '') && /^\d+(\.\d+)?$/.test(text);
      return [NAMES[column] ?? '', text === '' ? null : isNumber && at % 3 > 0 ? Number(text) : text];
    });
    return `${JSON.stringify(Object.fromEntries(fields.filter(([, value]) => value !== null || at % 2 === 0)))}\n`;
  }).join(''),
);

async function versionOf(args: readonly string[]): Promise<string> {
  const { code, out: json, err } = await build([...args, '--out', out, '--json']);
  if (code !== 0) throw new Error(err);
  return JSON.parse(json).version;
}

/** Runs build:artifact with something on its standard input. */
async function piped(content: Buffer, args: readonly string[] = []) {
  const command = ['build/commands/build-artifact.ts', '--input', '-', '--out', out, '--json', ...args];
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  let [json, err] = ['', ''];
  child.stdout.on('data', (text) => {
    json += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(content);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, err, result: code === 0 ? JSON.parse(json) : null };
}

const expected = await versionOf(['--input', 'build/sample/history.csv']);

describe('a history on standard input', () => {
  it.each([
    ['CSV', SAMPLE],
    ['CSV in gzip', gzipSync(SAMPLE)],
    ['JSON lines', LINES],
  ])('gives the version of the file: %s', async (_, content) => {
    const { code, result } = await piped(content);
    expect(code).toBe(0);
    expect(result.version).toBe(expected);
    expect(result.sources[0].name).toBe('standard input');
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'standard input: expected a header line'],
    [
      'gzip that ends early',
      gzipSync(SAMPLE).subarray(0, 5000),
      'standard input: its compressed data is cut short',
    ],
    [
      'Parquet',
      Buffer.from(parquetFile(10)),
      'standard input: Parquet is read from its end, and cannot come from a pipe',
    ],
  ])('is refused: %s', async (_, content, sentence) => {
    const { code, err } = await piped(content);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
  });

  it('is refused where it is a terminal', async () => {
    const { isTTY } = process.stdin;
    process.stdin.isTTY = true;
    try {
      const { code, err } = await build(['--input', '-', '--out', out]);
      expect(code).toBe(1);
      expect(err).toContain('standard input is a terminal: pipe a file into it');
    } finally {
      process.stdin.isTTY = isTTY;
    }
  });
});

describe('a history of JSON lines', () => {
  const file = folder.write('history/a.ndjson', LINES);

  it.each(['stream', 'threads', ...(isDuckdbInstalled ? ['duckdb'] : [])])(
    'gives the version of the CSV, with %s',
    async (engine) => {
      expect(await versionOf(['--input', file, '--engine', engine])).toBe(expected);
    },
  );

  it('is found in folders, and may be compressed', async () => {
    folder.write('folder/1.jsonl.gz', gzipSync(LINES.subarray(0, LINES.indexOf('\n', 90_000) + 1)));
    folder.write('folder/2.ndjson.zst', zstdCompressSync(LINES.subarray(LINES.indexOf('\n', 90_000) + 1)));
    expect(await versionOf(['--input', join(folder.path, 'folder')])).toBe(expected);
  });

  it('is read by doctor and evaluate as the CSV is', async () => {
    // One segment is enough to see that the rows are the same.
    const { frequency_segment } = RULES.segments;
    const rules = { ...RULES, segments: { frequency_segment }, combined: {}, default_segment: undefined };
    const config = folder.write('one.json', JSON.stringify(rules));
    // With a blank line in place of the header, lines have the same numbers.
    const file = folder.write('same/a.ndjson', Buffer.concat([Buffer.from('\n'), LINES]));
    for (const command of [doctor, evaluateCommand]) {
      const results = [];
      for (const input of ['build/sample/history.csv', file]) {
        const { code, out: json } = await runCommand<never>(command as never, [
          '--input',
          input,
          '--config',
          config,
          '--json',
        ]);
        expect(code).toBe(0);
        const { files: _, ...result } = JSON.parse(json);
        results.push(result);
      }
      expect(JSON.stringify(results[1]).replaceAll('a.ndjson', 'history.csv')).toBe(
        JSON.stringify(results[0]),
      );
    }
  });

  it('has the lines of its rejects', async () => {
    const rejects = join(folder.path, 'rejects.csv');
    const history = folder.write('bad.ndjson', `${LINES}{"timestamp": 5}\nnot JSON, "really"\n`);
    const { code, err } = await build(['--input', history, '--out', out, '--rejects', rejects]);
    expect(err).not.toContain('error');
    expect(code).toBe(0);
    const last = readFileSync(rejects, 'utf8').trimEnd().split('\n').slice(-2);
    expect(last[0]).toBe(`bad.ndjson,${ROWS.length + 1},invalid_timestamp,5,,,,,,`);
    expect(last[1]).toBe(`bad.ndjson,${ROWS.length + 2},malformed_row,,,,,,,"""not JSON, """"really"""""""`);
  });

  it('has numbers that are numbers, whatever the config says of texts', async () => {
    const config = folder.write(
      'comma.json',
      JSON.stringify({ ...RULES, numbers: { decimal: ',', grouping: '.' } }),
    );
    const fields = (amount: unknown) => {
      const values = ['2018-07-21', 'Peru', '2018-04-20', '', 3, amount];
      return `${JSON.stringify(Object.fromEntries(FIELDS.map((field, at) => [RULES.columns?.[field] ?? field, values[at]])))}\n`;
    };
    const numbers = folder.write('numbers.ndjson', fields(1.5).repeat(40));
    const texts = folder.write('texts.ndjson', fields('1,5').repeat(40));
    expect(await versionOf(['--input', numbers, '--config', config])).toBe(
      await versionOf(['--input', texts, '--config', config]),
    );
  });

  it('is refused where it is an array of JSON', async () => {
    const path = folder.write('array.json', `[${LINES.toString().trimEnd().replaceAll('\n', ',\n')}]`);
    const { code, err } = await build(['--input', path, '--out', out]);
    expect(code).toBe(1);
    expect(err).toContain('found an array of JSON: export the data as JSON lines');
  });
});
