import { expect, it } from 'vitest';
import { doctor } from '../../../build/commands/doctor.ts';
import { stream } from '../../../build/engines/stream.ts';
import { expandInputs } from '../../../build/read/inputs.ts';
import { rebuild } from '../../../build/watch/rebuild.ts';
import { shippedConfig } from '../../support/histories.ts';
import { runOf } from '../../support/upload-run.ts';
import { runCommand } from '../support/command.ts';
import { csvOf, exportsFolder, withColumn } from '../support/exports.ts';

const { path, write, build } = exportsFolder();

it.each([
  ['an accent', ['Perú', 'Peru'], /"Perú" and "Peru" look alike|"Peru" and "Perú" look alike/],
  ['a Cyrillic letter', ['P\u0435ru', 'PERU'], /"P\u0435ru" \(with U\+0435\)/],
  ['a Greek letter', ['Per\u03c5', 'Pery'], /"Per\u03c5" \(with U\+03C5\)/],
])(
  'a build, a watch, uploads and the doctor point out countries that differ by %s',
  async (_, names, sentence) => {
    const input = write('alike.csv', csvOf(withColumn('country', names)));
    const built = await build(input);
    expect(built.code).toBe(0);
    expect(built.said).toMatch(sentence);
    expect(built.said).toContain('are counted as different countries: export one name for each');
    expect(Object.keys(built.amounts)).toHaveLength(3);

    const watched = await rebuild(await expandInputs([input]), {
      config: shippedConfig(),
      engine: stream,
      out: `${path}/out`,
    });
    expect('warnings' in watched && watched.warnings.join('\n')).toMatch(sentence);

    const run = await runOf(shippedConfig(), { 'alike.csv': csvOf(withColumn('country', names)) });
    expect(run?.warnings.join('\n')).toMatch(sentence);

    const examined = await runCommand(doctor, ['--input', input, '--json']);
    const found = JSON.parse(examined.out).findings.find(
      ({ disease }: { disease: string }) => disease === 'alike_countries',
    );
    expect(found).toMatchObject({ count: 1, of: 'rows' });
  },
);

it.each([
  ['case', ['Peru', 'PERU']],
  ['white space', ['Peru', ' Peru\u00a0']],
  ['nothing', ['Peru', 'China']],
])('countries that differ by %s alone are not pointed out', async (_, names) => {
  const { said } = await build(write('same.csv', csvOf(withColumn('country', names))));
  expect(said).toBe('');
});
