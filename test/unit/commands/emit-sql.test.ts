import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emitSql } from '../../../build/engines/emit-sql.ts';
import { DIALECTS } from '../../../build/engines/sql/dialects.ts';
import { shippedConfig } from '../../support/histories.ts';
import { build } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();

describe('--emit-sql prints the SELECT of a cube', () => {
  it.each(Object.keys(DIALECTS))('of %s', async (dialect) => {
    const { code, out, err } = await build(['--emit-sql', dialect, '--table', 'sales.history']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^-- The cube of a history/);
    expect(out).toContain("'invalid_timestamp'");
    for (const segment of Object.keys(shippedConfig().segments)) expect(out).toContain(`band_${segment}`);
  });

  it('with the reference of a dbt model in place of a table', async () => {
    const sql = await emitSql('snowflake', "{{ ref('assignments') }}", shippedConfig());
    expect(sql).toContain("FROM {{ ref('assignments') }}\n");
  });

  it('of a sub-query', async () => {
    const sql = await emitSql('postgres', '(SELECT *, NULL AS first_order_ts FROM history)', shippedConfig());
    expect(sql).toContain('FROM (SELECT *, NULL AS first_order_ts FROM history) AS history\n');
  });
});

describe('what a user writes becomes SQL only as text or as a name', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.constantFrom("'; DROP TABLE x --", '"; DROP', '`; DROP', "\\'", '\\', '*/', "''", "\\\\'", '--'),
  );

  it.each(Object.values(DIALECTS))(
    '$name: whatever it is, no quote in a text ends it',
    ({ literal, name }) => {
      const backslashes = literal('\\').length === 4;
      const whole = backslashes ? /^'(?:[^'\\]|\\.)*'$/s : /^'(?:[^']|'')*'$/s;
      fc.assert(fc.property(nasty, (text) => void expect(literal(text), name).toMatch(whole)));
      expect(() => literal('\ud800')).toThrow('half of a character');
    },
  );

  it.each(Object.values(DIALECTS))('$name: no quote in a name ends it', ({ identifier, name }) => {
    const whole = /^(?:\w+|"(?:[^"]|"")*"|`(?:[^`\\]|``|\\.)*`|`(?:[^`]|``)*`)$/s;
    const printable = nasty.filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(fc.property(printable, (text) => void expect(identifier(text), name).toMatch(whole)));
  });
});

describe('--emit-sql refuses', () => {
  it.each([
    [['--emit-sql', 'cobol', '--table', 't'], 2, '--emit-sql takes a dialect (duckdb, postgres, '],
    [['--emit-sql', 'postgres'], 2, '--emit-sql needs --table'],
    [
      ['--emit-sql', 'postgres', '--table', 'a..b'],
      1,
      '--table takes a table such as db.history, got "a..b"',
    ],
  ])('%j', async (args, code, sentence) => {
    expect(await build(args)).toMatchObject({ code, out: '', err: expect.stringContaining(sentence) });
  });

  it('names that the database would cut', async () => {
    const name = 's'.repeat(60);
    const config = shippedConfig({
      segments: { [name]: { of: 'total_orders', bands: [{ name: 'all', min: 0 }] } },
    });
    await expect(emitSql('postgres', 't', config)).rejects.toThrow(
      'PostgreSQL cuts names longer than 63 bytes',
    );
    expect(await emitSql('duckdb', 't', config)).toContain(name);
  });

  it.each(Object.keys(DIALECTS))('%s: a form of times that SQL does not read', async (dialect) => {
    const config = shippedConfig({ times: { format: 'day_month_year' } });
    await expect(emitSql(dialect, 't', config)).rejects.toThrow('times.format');
  });

  it.each(['ts_text', "''", "'a'", '1'])(
    'a column that ClickHouse would take for a part of the SELECT: %s',
    async (name) => {
      const config = shippedConfig({ columns: { ...shippedConfig().columns, voucher_amount: name } });
      await expect(emitSql('clickhouse', 't', config)).rejects.toThrow(`uses the name ${name} itself`);
      expect(await emitSql('postgres', 't', config)).toContain(`"${name}"`);
    },
  );

  it('names that dbt would read as templates', async () => {
    const config = shippedConfig({
      segments: { s: { of: 'total_orders', bands: [{ name: '{{ x }}', min: 0 }] } },
    });
    await expect(emitSql('postgres', "{{ ref('t') }}", config)).rejects.toThrow('dbt would read a name');
    expect(await emitSql('postgres', 't', config)).toContain('{{ x }}');
  });

  it.each([
    ['a control character', 'a\nb', 'a name has no control characters'],
    ['half of a character', 'a\ud800b', 'it holds half of a character (a lone surrogate)'],
  ])('a column with %s', async (_, timestamp, sentence) => {
    const path = join(folder.path, 'config.json');
    const shipped = shippedConfig();
    writeFileSync(path, JSON.stringify({ ...shipped, columns: { ...shipped.columns, timestamp } }));
    const { code, err } = await build(['--emit-sql', 'postgres', '--table', 't', '--config', path]);
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
  });

  it.each(['a\u0000b', 'a\tb', 'a\u0085b', 'a\ud800b'])('a band named %j, as every command does', (name) => {
    const segments = { s: { of: 'total_orders', bands: [{ name, min: 0 }] } };
    expect(() => shippedConfig({ segments })).toThrow('segments.s.bands.0.name');
  });
});
