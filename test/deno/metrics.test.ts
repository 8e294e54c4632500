import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync } from '../support/children.ts';
import { type DenoServer, startService } from './support.ts';

const PROMETHEUS = '/usr/bin/prometheus';
const PROMTOOL = '/usr/bin/promtool';
const MONITORING = fileURLToPath(new URL('../../build/deploy/monitoring/', import.meta.url));
const REQUEST = { customer_id: 1, country_code: 'Peru', total_orders: 15, segment_name: 'frequency_segment' };

const folder = mkdtempSync(join(tmpdir(), 'voucher-edge-metrics-'));
let server: DenoServer;
beforeAll(async () => {
  server = await startService({
    permissions: [`--allow-write=${folder}`],
    env: { DATA: join(folder, 'data'), ADMIN_TOKEN: 'token' },
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${server.origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function scrape(headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.origin}/metrics`, { headers });
}

/** The samples of a scrape, by name and labels as they are written. */
async function samples(): Promise<Map<string, number>> {
  const text = await (await scrape()).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

describe('GET /metrics', () => {
  it('counts requests, decisions, amounts and refusals, of batches as well', async () => {
    const before = await samples();
    const single = await (await post('/voucher', REQUEST)).json();
    const batch = await (await post('/vouchers', [REQUEST, { ...REQUEST, total_orders: -1 }])).json();
    await post('/voucher', {});
    const after = await samples();
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown('voucher_edge_requests_total{method="POST",route="/voucher",status="200"}')).toBe(1);
    expect(grown('voucher_edge_requests_total{method="POST",route="/voucher",status="422"}')).toBe(1);
    expect(grown(`voucher_edge_decisions_total{source="${single.source}"}`)).toBe(2);
    const served = [...after.keys()].filter((name) => name.startsWith('voucher_edge_amount_total'));
    expect(served.map(grown).reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(
      single.voucher_amount + batch[0].voucher_amount,
    );
    expect(grown('voucher_edge_refused_total{code="invalid_request"}')).toBe(2);
    expect(grown('voucher_edge_request_duration_seconds_count{route="/voucher"}')).toBe(2);
    expect(
      after.get(`voucher_edge_artifact_info{version="${single.artifact_version}",origin="bundled"}`),
    ).toBe(1);
    expect(after.get('voucher_edge_artifact_held')).toBe(0);
    expect(after.get('voucher_edge_data_age_seconds')).toBeGreaterThan(0);
    expect(after.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  });

  it('answers HEAD from this machine as it answers GET, without the token', async () => {
    const answer = await fetch(`${server.origin}/metrics`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('has a histogram whose buckets grow and end with the count', async () => {
    await post('/voucher', REQUEST);
    const all = [...(await samples())].filter(([name]) => name.includes('route="/voucher"'));
    const buckets = all.filter(([name]) => name.includes('_bucket{')).map(([, value]) => value);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    const count = all.find(([name]) => name.startsWith('voucher_edge_request_duration_seconds_count'));
    expect(buckets.at(-1)).toBe(count?.[1]);
    const sum = all.find(([name]) => name.startsWith('voucher_edge_request_duration_seconds_sum'));
    expect(sum?.[1]).toBeGreaterThan(0);
  });

  it('is for programs on this machine, and for others that have the admin token', async () => {
    expect((await scrape()).status).toBe(200);
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      expect((await scrape({ [name]: '203.0.113.7' })).status).toBe(401);
    }
    const passedOn = { 'x-forwarded-for': '127.0.0.1' };
    expect((await scrape({ ...passedOn, authorization: 'Bearer other' })).status).toBe(401);
    expect((await scrape({ ...passedOn, authorization: 'Bearer token' })).status).toBe(200);
  });

  it('holds nothing that a client chose', async () => {
    await post('/voucher/secret-path', REQUEST);
    await post('/voucher', { ...REQUEST, country_code: 'secret-land', segment_name: 'secret-segment' });
    await fetch(`${server.origin}/voucher`, { method: 'SECRET' });
    expect(await (await scrape()).text()).not.toMatch(/secret/i);
  });
});

describe.skipIf(!existsSync(PROMTOOL))('Prometheus (needs the package prometheus)', () => {
  it('finds nothing wrong with the text', async () => {
    const text = await (await scrape()).text();
    expect(execFileSync(PROMTOOL, ['check', 'metrics'], { input: text })).toBe('');
  });

  it('takes the rules, and they fire', () => {
    execFileSync(PROMTOOL, ['check', 'config', join(MONITORING, 'prometheus.yml')], { stdio: 'pipe' });
    const series = (name: string, value: string) => ({ series: name, values: `${value}x2000` });
    const firing = (alertname: string, at: string, labels: object) => ({
      eval_time: at,
      alertname,
      exp_alerts: [{ exp_labels: { instance: 'a', ...labels } }],
    });
    const tests = {
      rule_files: [join(MONITORING, 'alerts.yml')],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [
            series('voucher_edge_check_overdue{instance="a"}', '1+0'),
            series('voucher_edge_artifact_fault{instance="a",code="missing"}', '1+0'),
            series('voucher_edge_decisions_total{instance="a",source="default"}', '0+30'),
            series('voucher_edge_decisions_total{instance="a",source="segment"}', '0+70'),
            series('voucher_edge_requests_total{instance="a",status="500"}', '0+2'),
            series('voucher_edge_requests_total{instance="a",status="200"}', '0+98'),
            series('up{instance="a",job="voucher-edge"}', '0+0'),
            series('voucher_edge_data_stale{instance="a"}', '1+0'),
            // Its newest row is in the future.
            series('voucher_edge_data_age_seconds{instance="ahead"}', '-90000+0'),
            ...['0.05', '0.1', '+Inf'].map((le) =>
              series(
                `voucher_edge_request_duration_seconds_bucket{instance="a",route="/voucher",le="${le}"}`,
                le === '0.05' ? '0+90' : '0+100',
              ),
            ),
          ],
          alert_rule_test: [
            firing('VoucherEdgeCheckOverdue', '6m', { severity: 'ticket' }),
            firing('VoucherEdgeFault', '6m', { severity: 'ticket', code: 'missing' }),
            firing('VoucherEdgeDefaults', '90m', { severity: 'ticket' }),
            firing('VoucherEdgeErrors', '30m', { severity: 'page' }),
            firing('VoucherEdgeDown', '2m', { severity: 'page', job: 'voucher-edge' }),
            {
              ...firing('VoucherEdgeDataStale', '90m', {}),
              exp_alerts: ['a', 'ahead'].map((instance) => ({
                exp_labels: { instance, severity: 'ticket' },
              })),
            },
            firing('VoucherEdgeSlow', '30m', { severity: 'ticket' }),
            { eval_time: '2m', alertname: 'VoucherEdgeCheckOverdue', exp_alerts: [] },
          ],
        },
        // Alone, as it waits for a day.
        {
          interval: '1m',
          input_series: [series('voucher_edge_artifact_held{instance="a"}', '1+0')],
          alert_rule_test: [firing('VoucherEdgeHeld', '1445m', { severity: 'ticket' })],
        },
      ],
    };
    const path = join(folder, 'rules-test.json');
    const annotations = readFileSync(join(MONITORING, 'alerts.yml'), 'utf8');
    for (const { alert_rule_test } of tests.tests) {
      for (const one of alert_rule_test) {
        const alerts = one.exp_alerts as {
          exp_labels: { instance: string; code?: string };
          exp_annotations?: object;
        }[];
        const [, quoted = ''] =
          new RegExp(`alert: ${one.alertname}\\b[\\s\\S]*?summary: (.*)`).exec(annotations) ?? [];
        for (const alert of alerts) {
          const { code = '', instance } = alert.exp_labels;
          const summary = quoted
            .replace(/^(['"])(.*)\1$/, '$2')
            .replaceAll('{{ $labels.code }}', code)
            .replaceAll('{{ $labels.instance }}', instance);
          const runbook_url = `http://${instance}/docs/operators#${one.alertname}`;
          alert.exp_annotations = { summary, runbook_url };
        }
      }
    }
    // JSON is YAML.
    writeFileSync(path, JSON.stringify(tests));
    const tested = execFileSync(PROMTOOL, ['test', 'rules', path], { stdio: 'pipe' });
    expect(tested).toContain('SUCCESS');
  });

  it('scrapes the server, and every query of the Grafana dashboard returns data', async () => {
    const port = await freePort();
    const config = join(folder, 'prometheus.yml');
    const target = new URL(server.origin).host;
    writeFileSync(
      config,
      readFileSync(join(MONITORING, 'prometheus.yml'), 'utf8')
        .replace('127.0.0.1:8787', target)
        .replaceAll('15s', '1s')
        .replace('- alerts.yml', `- ${join(MONITORING, 'alerts.yml')}`),
    );
    const storage = `--storage.tsdb.path=${join(folder, 'tsdb')}`;
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    const child = spawn(PROMETHEUS, [`--config.file=${config}`, storage, listen], { stdio: 'ignore' });
    try {
      const queries = dashboardQueries();
      expect(queries.length).toBeGreaterThan(12);
      const traffic = async () => {
        await post('/voucher', REQUEST);
        await post('/voucher', {});
        await post('/vouchers', [REQUEST, { ...REQUEST, country_code: 'Atlantis' }]);
      };
      for (const query of queries) {
        await expect
          .poll(() => traffic().then(() => ask(port, query)), {
            timeout: 60_000,
            interval: 300,
            message: query,
          })
          .toBeGreaterThan(0);
      }
    } finally {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
  });
});

function dashboardQueries(): string[] {
  const { panels } = JSON.parse(readFileSync(join(MONITORING, 'grafana-dashboard.json'), 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
  };
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '10s')),
  );
}

/** @returns how many series a query has that are numbers; -1 while there is no answer */
async function ask(port: number, query: string): Promise<number> {
  const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
  const response = await fetch(url).catch(() => null);
  if (response === null || !response.ok) return -1;
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
  return data.result.filter(({ value: [, number] }) => Number.isFinite(Number(number))).length;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}
