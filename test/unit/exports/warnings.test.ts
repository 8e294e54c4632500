import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { ENGINES } from '../../../build/engines/engines.ts';
import { stream } from '../../../build/engines/stream.ts';
import { expandInputs } from '../../../build/read/inputs.ts';
import { rebuild } from '../../../build/watch/rebuild.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runCommand } from '../support/command.ts';
import { csvOf, exportsFolder, healthyRows, withColumn } from '../support/exports.ts';

const { path, write, build } = exportsFolder();

/** A folder with everything that a build warns of and does not end with. */
function warnedOf(): string {
  const many = Array.from({ length: 100 }, () => healthyRows()).flat();
  write('all/history.csv', csvOf(many.with(0, many[0]?.with(5, '20 €') ?? [])));
  write('all/may.csv', csvOf(withColumn('country', ["'Peru'", '“Peru”', '"""Chile"""'])));
  write('all/copy.csv.gz', gzipSync(csvOf(healthyRows().reverse())));
  write('all/copied.csv', csvOf(healthyRows()));
  write('all/lost.csv', csvOf(withColumn('times', ['', '', '', ''])));
  write('all/README.txt', 'Exported by the shop.\n');
  write('all/none.csv', csvOf([]));
  return `${path}/all`;
}

const WARNINGS = [
  /^README\.txt: passed over, for it is empty or has none of the columns$/,
  /^copied\.csv and copy\.csv\.gz seem to be one export in two forms: its rows are counted twice$/,
  /^none\.csv has no rows$/,
  /^lost\.csv: none of its 4 rows is kept: 4 invalid_timestamp \(no readable timestamp\)$/,
  /^voucher_amount: 1 of 416 rows .* such as "20 €" \(history\.csv:2\); set numbers to/,
  /^country_code: 3 rows have a country in quotes, "'Peru'", "“Peru”", "\\"Chile\\"", which is counted as another country than the one without: export it/,
];

it('a build, the doctor and a watch say the same of a history', async () => {
  const folder = warnedOf();
  const { code, said } = await build(folder);
  expect(code).toBe(0);
  const sentences = said.split('\n').map((line) => line.replace('warning: ', ''));
  expect(sentences).toEqual(WARNINGS.map((warning) => expect.stringMatching(warning)));

  const config = shippedConfig();
  const files = await expandInputs([folder]);
  const watched = await rebuild(files, { config, engine: ENGINES.threads ?? stream, out: `${path}/out` });
  expect(watched).toMatchObject({ warnings: sentences });

  const examined = await runCommand(doctor, ['--input', folder, '--json']);
  const found = Object.fromEntries(
    JSON.parse(examined.out).findings.map((finding: { disease: string }) => [finding.disease, finding]),
  );
  expect(found).toMatchObject({
    passed_over_file: { count: 1, examples: ['README.txt'] },
    empty_file: { count: 1, examples: ['none.csv'] },
    repeated_file: { count: 1, examples: ['copy.csv.gz'] },
    lost_file: { count: 1, examples: ['lost.csv'] },
    unreadable_voucher_amount: { count: 1, examples: ['"20 €" at history.csv:2'] },
    quoted_country: { count: 3, of: 'rows', examples: ['may.csv:2', 'may.csv:3', 'may.csv:4'] },
  });
});

it('a value is shown with the code points of what cannot be seen in it', async () => {
  const input = write('hidden.csv', csvOf(withColumn('amount', ['1\u00a0000', '2\u200b€', '3\u202ee'])));
  const { said } = await build(input);
  expect(said).toContain('"1\\u{A0}000" (hidden.csv:2)');
  expect(said).toContain('"2\\u{200B}€" (hidden.csv:3)');
  expect(said).toContain('"3\\u{202E}e" (hidden.csv:4)');
});
