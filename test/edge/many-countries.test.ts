import { reset } from 'cloudflare:test';
import { afterEach, expect, it } from 'vitest';
import bundled from '../../artifacts/current.json' with { type: 'json' };
import type { Table } from '../../src/core/artifact/table.ts';
import { storeBody } from '../../src/core/publish/bodies.ts';
import { type Entry, POINTER_KEY } from '../../src/core/publish/pointer.ts';
import { kvSource } from '../../src/store/kv.ts';
import { TIMES } from '../../src/store/refreshing.ts';
import { tableOfCountries } from '../support/many-countries.ts';
import { type Answer, refreshed } from '../support/refreshed.ts';
import { realKv } from './support/kv.ts';

afterEach(reset);

const COUNTRIES = 1000;
const SWAPS = 6;

/** Lets others go on: timers and answers. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

it('a thousand countries are stored in KV, loaded and swapped under load without a failed answer', async () => {
  const kv = realKv();
  const sample = bundled as unknown as Table;
  const tables = await Promise.all(
    [1, 2].map((default_amount) =>
      tableOfCountries({ ...sample, config: { ...sample.config, default_amount } }, COUNTRIES),
    ),
  );
  const { ask, clock, settled } = refreshed({ source: kvSource(kv), bundled });
  const point = async (index: number) => {
    const { table } = tables[index % 2] as (typeof tables)[number];
    const at = new Date(clock.now()).toISOString();
    const entry: Entry = {
      version: table.version,
      action: 'publish',
      at,
      by: 'test',
      reason: null,
      previous: null,
      previous_at: null,
      live_since: at,
      hold: null,
      run: null,
      history_source: 'command_line',
    };
    await kv.put(POINTER_KEY, JSON.stringify(entry));
    return table.version;
  };
  for (const { table, text } of tables) {
    expect(table.countries).toHaveLength(COUNTRIES);
    await storeBody(kv, { table, texts: { table: text, statistics: null } }, clock.now());
  }
  await point(0);

  const answers: Answer[] = [];
  let swapping = true;
  const clients = Array.from({ length: 8 }, async () => {
    while (swapping) {
      answers.push(await ask());
      await turn();
    }
  });
  for (let swap = 1; swap <= SWAPS; swap++) {
    const version = await point(swap);
    clock.advance(TIMES.refresh);
    for (const before = answers.length; answers.length < before + 2 * clients.length; ) await turn();
    await settled();
    expect((await ask()).version).toBe(version);
  }
  swapping = false;
  await Promise.all(clients);
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(answers.filter(({ version, body }) => body.artifact_version !== version)).toEqual([]);
});
