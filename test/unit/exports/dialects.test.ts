import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { scoreCommand } from '../../../build/commands/score.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runOf } from '../../support/upload-run.ts';
import { runCommand } from '../support/command.ts';
import { csvOf, exportsFolder, HEADER, HEALTHY, healthyRows, withColumn } from '../support/exports.ts';

const { write, build, path } = exportsFolder();
const good = csvOf(healthyRows());
const lines = good.trimEnd().split('\n');
const twice = { China: [30.5, 1000], Peru: [10, 20] };

describe.each(['stream', 'threads'])('an export is read, by %s', (engine) => {
  it.each<[string, string | Uint8Array]>([
    ['with sep=, in its first line', `sep=,\r\n${good.replaceAll('\n', '\r\n')}`],
    ['with sep=; in its first line', `sep=;\n${good.replaceAll(',', ';')}`],
    ['with a mark and sep= in quotes', `\ufeff"sep=|"\n${good.replaceAll(',', '|')}`],
    ['with white space before quotes', lines.map((line) => `"${line.replaceAll(',', '", "')}"`).join('\n')],
    ['with a tab before quotes', lines.map((line) => `"${line.replaceAll(',', '",\t"')}"`).join('\n')],
    ['with names in upper case', good.replace(HEADER, HEADER.toUpperCase())],
    ['with an empty field too many in each row', good.replaceAll(/(\d)\n/g, '$1,\n')],
    ['with an empty name too many', good.replace(HEADER, `${HEADER},`)],
    [
      'with quotes after backslashes',
      lines.map((line, at) => `${line},${at === 0 ? 'note' : `"say \\"hi\\", ${at}"`}`).join('\n'),
    ],
    ['with rows that end in CR alone', [lines[0], lines.slice(1).join('\r')].join('\n')],
    ['with a zip around it', zipSync({ 'history.csv': Buffer.from(good) })],
    [
      'with a NUL in a column that is not used',
      lines.map((line, at) => `${line},${at === 0 ? 'note' : 'a\0b'}`).join('\n'),
    ],
    [
      'with Latin-1 in a column that is not used',
      Buffer.from(lines.map((line, at) => `${line},${at === 0 ? 'note' : 'é'}`).join('\n'), 'latin1'),
    ],
  ])('%s', async (name, content) => {
    const read = await build(write(`${engine}-${name.length}.csv`, content), {}, engine);
    expect(read).toMatchObject({ code: 0, said: '', amounts: HEALTHY });
    expect(read.quality.rows_kept).toBe(4);
  });

  it.each<[string, string | Uint8Array]>([
    [
      'a mark before a quote in the middle',
      [
        lines.map((line) => `"${line.replaceAll(',', '","')}"`).join('\n'),
        `\ufeff${lines
          .slice(1)
          .map((line) => `"${line.replaceAll(',', '","')}"`)
          .join('\n')}`,
      ].join('\n'),
    ],
    [
      'zeros between members of gzip',
      Buffer.concat([gzipSync(good), Buffer.alloc(70_000), gzipSync(lines.slice(1).join('\n'))]),
    ],
    [
      'two frames of zstd, the first one to be skipped',
      Buffer.concat([
        Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]),
        zstdCompressSync(good),
        zstdCompressSync(lines.slice(1).join('\n')),
      ]),
    ],
  ])('with all of its rows: %s', async (name, content) => {
    const read = await build(write(`${engine}-${name.length}-all.csv`, content), {}, engine);
    expect(read).toMatchObject({ code: 0, amounts: twice });
    expect(read.quality.rows_kept).toBe(8);
  });
});

it.each(['stream', 'threads', 'score', 'an upload'])(
  'a name is found whose letters and accents are apart, by %s',
  async (road) => {
    const columns = { ...shippedConfig().columns, country_code: 'Pa\u00eds' };
    const content = good.replace('country_code', 'Pai\u0301s');
    const input = write('nfd.csv', content);
    if (road === 'an upload') {
      const run = await runOf(shippedConfig({ columns }), { 'nfd.csv': content });
      expect(run).toMatchObject({ state: 'published', counts: { rows_kept: 4 } });
    } else if (road === 'score') {
      const config = write('nfd.json', JSON.stringify(shippedConfig({ columns })));
      const args = ['--input', input, '--config', config, '--segment', 'frequency_segment', '--prefix', 'p_'];
      const scored = await runCommand(scoreCommand, [
        ...args,
        '--output',
        `${path}/nfd-scored.csv`,
        '--json',
      ]);
      expect(JSON.parse(scored.out)).toMatchObject({ customers: 4, rejected: {} });
    } else expect((await build(input, { columns }, road)).amounts).toEqual(HEALTHY);
  },
);

describe('what is no CSV is named with what to do', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['HTML', '<!DOCTYPE html>\n<html><body>Log in</body></html>', /HTML or XML/],
    ['JSON', '[{"timestamp": "2026-05-01"}]', /JSON/],
    ['PDF', '%PDF-1.7\n', /PDF/],
    ['ORC', 'ORC\n', /ORC/],
    [
      'a pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      /Git LFS.*git lfs pull/,
    ],
    ['UTF-16', Buffer.from(good, 'utf16le'), /UTF-16 without a byte order mark/],
    ['bzip2', 'BZh91AY', /bzip2/],
    ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), /7z/],
    ['Parquet in gzip', gzipSync('PAR1 and more'), /parquet data in it: unpack the outer one/],
    [
      'a workbook',
      zipSync({ '[Content_Types].xml': Buffer.from(' '), 'xl/workbook.xml': Buffer.from(' ') }),
      /a workbook \(\.xlsx, \.ods or \.numbers\)/,
    ],
    [
      'two files in a ZIP',
      zipSync({ 'a.csv': Buffer.from(good), 'b.csv': Buffer.from(good) }),
      /one file in the ZIP archive.*a\.csv.*b\.csv/,
    ],
    [
      'text after gzip',
      Buffer.concat([gzipSync(good), Buffer.from('and more')]),
      /compressed data is cut short or damaged|follows the end of its compressed data/,
    ],
    ['lines of title', `Report\nof May\n\n${good}`, /The header is on line 4/],
    ['no header', lines.slice(1).join('\n'), /The first line looks like a row/],
    ['lines in quotes as a whole', lines.map((line) => `"${line}"`).join('\n'), /in quotes as a whole/],
    [
      'a row number without a name',
      [HEADER, ...lines.slice(1).map((line, at) => `${at},${line}`)].join('\n'),
      /line 2 of in\.csv has 7 fields, and the header 6/,
    ],
    ['a Cyrillic letter in a name', good.replace('country_code', 'c\u043euntry_code'), /U\+043E/],
    [
      'Latin-1 in a country',
      Buffer.from(csvOf(withColumn('country', ['Perú'])), 'latin1'),
      /line 2: country_code is not UTF-8/,
    ],
  ])('%s', async (_, content, message) => {
    const { code, said } = await build(write('in.csv', content));
    expect(code).toBe(1);
    expect(said).toMatch(message);
    expect(said).not.toContain('should not have happened');
  });

  it('and no control character of it reaches a terminal', async () => {
    const { said } = await build(write('in.csv', `\u001b[31mred\u0007,b\n1,2\n`));
    expect(said).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});
