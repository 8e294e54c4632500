/** Files that are no exports. */
import { type ExportCase, latin1 } from './export-rows.ts';

export const FOREIGN_EXPORTS: readonly ExportCase[] = [
  ...(
    [
      [
        'HTML',
        '<!DOCTYPE html>\n<html><body>Log in</body></html>',
        /HTML or XML: perhaps the download failed or asked for a login/,
      ],
      ['JSON', '[{"timestamp": "2026-05-01"}]', /JSON: export the data as JSON lines/],
      ['PDF', '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', /a PDF document: export the data as CSV/],
      ['ORC', 'ORC\x00\x01', /ORC data: export it as CSV or Parquet/],
      [
        'a pointer of Git LFS',
        'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
        /a pointer of Git LFS, not the file itself: run git lfs pull/,
      ],
      ['bzip2', 'BZh91AY&SY', /bzip2: unpack it, or compress it with gzip or zstd/],
      ['zlib', 'x\x9c\x65\xce', /compressed with zlib: unpack it/],
      ['compress', '\x1f\x9d\x90\x01', /data compressed with compress: unpack it/],
      ['SQL', '-- a dump\nINSERT INTO history VALUES (1);\n', /SQL: export the table as CSV/],
      [
        'an answer of a storage',
        '<Error><Code>AccessDenied</Code></Error>',
        /HTML or XML: perhaps the download failed/,
      ],
      ['an empty array of JSON', '[]', /an array of JSON/],
      ['UTF-32', '\0\0\xfe\xff\0\0\0t', /text in UTF-32: save it as UTF-8/],
      ['7z', '7z\xbc\xaf\x27\x1c\x00\x04', /a 7z archive: unpack it/],
    ] as const
  ).map(
    ([name, content, right]): ExportCase => ({
      name: `a file that is ${name}`,
      content: latin1(content),
      right,
      score: 'none',
    }),
  ),
];
