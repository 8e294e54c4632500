import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Quality } from '../../../src/core/cube/schema.ts';
import { csv, HEADER, HEALTHY_ROWS } from '../../support/exports.ts';
import { build } from './command.ts';
import { temporaryFolder } from './files.ts';

export { HEADER };

/** Each field of the healthy rows is one of them, or what a test puts there. */
export function healthyRows(): string[][] {
  return HEALTHY_ROWS.map((row) => [...row]);
}

/** When they are built. */
const AFTER_THE_ROWS = Date.UTC(2026, 5, 1);

/** What the healthy rows give. */
export const HEALTHY = { China: [30.5, 1000], Peru: [10, 20] };

export { csv as csvOf };

/** @returns the healthy rows with the values of one column replaced */
export function withColumn(column: 'amount' | 'orders' | 'country' | 'times', values: readonly string[]) {
  const at = { times: 0, country: 1, orders: 4, amount: 5 }[column];
  return healthyRows().map((row, index) => row.with(at, values[index] ?? row[at] ?? ''));
}

export interface Built {
  code: number | null;
  /** The error, or the warnings, as the user reads them. */
  said: string;
  quality: Quality;
  /** Amounts by country. */
  amounts: Record<string, number[]>;
  version: string;
}

/** A folder in which exports can be put, and what builds them. */
export function exportsFolder() {
  const folder = temporaryFolder();
  let configs = 0;
  return {
    ...folder,
    /** Builds an input by the shipped config with some keys changed, or by a whole other engine. */
    async build(input: string, settings: Record<string, unknown> = {}, engine = 'stream'): Promise<Built> {
      const config = join(folder.path, `config-${configs++}.json`);
      writeFileSync(config, JSON.stringify({ ...shipped, ...settings }));
      const out = join(folder.path, 'out');
      const args = ['--input', input, '--config', config, '--out', out, '--engine', engine, '--json'];
      const { code, out: json, err } = await build(args, AFTER_THE_ROWS);
      const { quality, countries = [], version = '' } = json === '' ? {} : JSON.parse(json);
      const said = err
        .split('\n')
        .filter((line) => /^(?:error|warning):/.test(line))
        .join('\n');
      const amounts = Object.fromEntries(
        countries
          .filter(({ country }: { country: string }) => country !== '')
          .map(({ country, amounts }: { country: string; amounts: number[] }) => [country, amounts]),
      );
      return { code, said, quality, amounts, version };
    },
  };
}

/** The least that a config must have. */
const shipped = {
  segments: {
    frequency_segment: {
      of: 'total_orders',
      bands: [
        { name: '0-4', min: 0, max: 4 },
        { name: '5+', min: 5 },
      ],
    },
  },
};
