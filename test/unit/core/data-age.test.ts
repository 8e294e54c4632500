import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { executeGroup } from '../../../build/cli/group.ts';
import { artifactCommands } from '../../../build/commands/artifact.ts';
import { buildArtifactAt } from '../../../build/commands/build-artifact.ts';
import { doctorAt } from '../../../build/commands/doctor.ts';
import { tools } from '../../../build/kv/tools.ts';
import { ageWarnings, dataAge } from '../../../src/core/artifact/data-age.ts';
import { statisticsPlace } from '../../../src/core/artifact/statistics.ts';
import { DEFAULT_DEPLOYMENT } from '../../../src/core/config/defaults.ts';
import { Metrics } from '../../../src/server/metrics.ts';
import { metricsRoute } from '../../../src/server/metrics-route.ts';
import { artifactGiving, storeOf } from '../../support/artifacts.ts';
import { memoryKv } from '../../support/memory-kv.ts';
import { service } from '../../support/service.ts';
import { runCommand } from '../support/command.ts';
import { keptTerminal } from '../support/terminal.ts';

const folder = await mkdtemp(join(tmpdir(), 'voucher-edge-age-'));
afterAll(() => rm(folder, { recursive: true }));

const DAY = 86_400_000;
/** The day of every row of {@link old}. */
const LAST = Date.UTC(2018, 6, 21);
const old = await artifactGiving(10, { rows: 40 });

const limit = { largest_data_age_days: 365 };
const at = (days: number) => dataAge({ last_timestamp: '2018-07-21T00:00:00Z' }, LAST + days * DAY, limit);

describe('a history', () => {
  it.each([
    [0, 0, false],
    [365, 365, false],
    [365.5, 365, true],
    [366, 366, true],
    [-3, 0, false],
  ])('of %d days is %d days old, and stale: %s', (days, age_days, stale) => {
    expect(at(days)).toMatchObject({ age_days, stale, largest_age_days: 365 });
    expect(ageWarnings(at(days), LAST + days * DAY)).toHaveLength(stale || days < -1 ? 1 : 0);
  });
});

describe('GET /ready', () => {
  const ready = async (now: number, config = {}) => {
    const clock = { now: () => now, elapsed: () => 0 };
    const { send } = await service(storeOf(old), { clock, config: { ...DEFAULT_DEPLOYMENT, ...config } });
    const response = await send('GET', '/ready');
    return { status: response.status, body: await response.json() };
  };

  it('stays 200 for a stale history, and warns', async () => {
    const { status, body } = await ready(LAST + 400 * DAY);
    expect({ status, ready: body.status }).toEqual({ status: 200, ready: 'ready' });
    expect(body.data).toEqual({
      last_timestamp: '2018-07-21T00:00:00Z',
      age_days: 400,
      largest_age_days: 365,
      stale: true,
    });
    expect(body.warnings).toEqual([
      'The history is stale: its newest row is of 2018-07-21, 400 days ago, and the config allows 365 days (largest_data_age_days). Add newer rows.',
    ]);
    expect(body.check).toEqual({ age_seconds: 0, overdue: false });
  });

  it('warns of a newest row in the future, which hides that a history is stale', async () => {
    const { body } = await ready(LAST - 2 * DAY);
    expect(body).toMatchObject({ data: { age_days: 0, stale: false } });
    expect(body.warnings).toEqual([
      'The newest row of the history is of 2018-07-21, which is in the future: until then it cannot be said whether the history is stale. npm run doctor shows such rows.',
    ]);
    expect((await ready(LAST - 0.6 * DAY)).body.warnings).toEqual([]);
  });

  it('does not warn of a history that is new enough for the config', async () => {
    expect((await ready(LAST + 364 * DAY)).body).toMatchObject({ data: { stale: false }, warnings: [] });
    const { body } = await ready(LAST + 400 * DAY, { largest_data_age_days: 500 });
    expect(body).toMatchObject({ data: { largest_age_days: 500, stale: false }, warnings: [] });
  });
});

it.each([
  ['overdue, when a check has failed since', { code: 'unreachable', detail: 'no', since: 0 }, 1],
  ['that of an idle service, when none has', null, 0],
])(
  'GET /metrics has the age of the history apart from the age of the check: %s',
  async (_, fault, overdue) => {
    const confirmedAt = LAST + 400 * DAY - 600_000;
    const state = { ...(await storeOf(old).current()), check: { confirmedAt, live: null, fault } };
    const store = { ...storeOf(old), current: () => state };
    const dependencies = {
      store,
      config: DEFAULT_DEPLOYMENT,
      admit: undefined,
      admin: async () => 'ana',
      ingestion: undefined,
      kv: undefined,
      bundled: undefined,
      tell: undefined,
    };
    const metrics = metricsRoute(dependencies, {
      metrics: new Metrics(),
      isLocal: () => true,
      process: () => ({ residentBytes: 1, startedAt: 0 }),
    });
    const now = LAST + 400 * DAY;
    const exchange = {
      id: '1',
      now,
      parameter: '',
      context: undefined as never,
      version: '',
      checkAge: 0,
      country: '',
      decision: undefined,
    };
    const { body } = await metrics.answer(new Request('http://localhost/metrics'), exchange);
    expect(String(body)).toMatch(/^voucher_edge_check_age_seconds 600$/m);
    expect(String(body)).toMatch(new RegExp(`^voucher_edge_check_overdue ${overdue}$`, 'm'));
    expect(String(body)).toMatch(new RegExp(`^voucher_edge_data_age_seconds ${400 * 86_400}$`, 'm'));
    expect(String(body)).toMatch(/^voucher_edge_data_stale 1$/m);
  },
);

describe('a command tells of a stale history:', () => {
  const csv = join(folder, 'history.csv');
  const rows = ['timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount'];
  for (let row = 0; row < 40; row++) rows.push(`2018-07-21,Peru,2018-06-20,2018-01-01,15,10`);
  const built = async (now: number, ...args: string[]) =>
    runCommand(
      buildArtifactAt(() => now),
      ['--out', join(folder, 'out'), '--json', ...args],
    );

  it('build, in words and in --json', async () => {
    await writeFile(csv, `${rows.join('\n')}\n`);
    const { code, err, out } = await built(LAST + 366 * DAY, '--input', csv);
    expect(code).toBe(0);
    expect(err).toContain('warning: The history is stale: its newest row is of 2018-07-21, 366 days ago');
    expect(JSON.parse(out).warnings).toEqual([expect.stringContaining('largest_data_age_days')]);
    expect((await built(LAST + 364 * DAY, '--input', csv)).err).not.toContain('stale');
  });

  it('build, that a row in the future hides it; local times may be some hours ahead', async () => {
    await writeFile(csv, `${rows.join('\n')}\n`);
    const { code, err } = await built(LAST - 1.1 * DAY, '--input', csv);
    expect(code).toBe(0);
    expect(err).toContain('The newest row of the history is of 2018-07-21, which is in the future');
    expect((await built(LAST - 0.6 * DAY, '--input', csv)).err).not.toContain('future');
  });

  it('build says nothing of the sample, which is as old as it is', async () => {
    expect((await built(Date.UTC(2036, 0, 1))).err).not.toContain('stale');
  });

  it('doctor, as a finding', async () => {
    const find = async (now: number) =>
      JSON.parse(
        (
          await runCommand(
            doctorAt(() => now),
            ['--input', csv, '--json'],
          )
        ).out,
      ).findings;
    const found = (await find(LAST + 366 * DAY)).filter(
      ({ disease }: { disease: string }) => disease === 'stale_history',
    );
    expect(found).toEqual([expect.objectContaining({ count: 40, of: 'rows', examples: ['2018-07-21'] })]);
    expect(JSON.stringify(await find(LAST + 364 * DAY))).not.toContain('stale_history');
  });

  it('publish, which goes on', async () => {
    const path = join(folder, 'old.json');
    await writeFile(path, old.texts.table);
    await writeFile(statisticsPlace(path), old.texts.statistics);
    const terminal = keptTerminal();
    const open = async () => ({ kv: memoryKv(), close: async () => {} });
    const group = artifactCommands(
      tools(
        open,
        () => LAST + 366 * DAY,
        async () => null,
      ),
    );
    expect(await executeGroup(group, ['publish', path, '--json'], terminal)).toBe(0);
    expect(terminal.text.err).toContain('warning: The history is stale');
    expect(JSON.parse(terminal.text.out)).toMatchObject({
      published: true,
      warnings: [expect.stringContaining('366 days ago')],
    });
  });
});
