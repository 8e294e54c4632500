import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildConsole, copyStatistics } from '../../../build/commands/build-console.ts';
import { documented, openApi } from '../../../build/openapi/document.ts';
import { exampleArtifact } from '../../../build/openapi/example-artifact.ts';
import { problemsOf } from '../../../build/openapi/operation.ts';
import { ALERT, RUNBOOK } from '../../../build/openapi/runbook.ts';
import { STATUS_OF } from '../../../src/api/problem-codes.ts';
import { createApp } from '../../../src/app.ts';
import { checkServed } from '../../../src/core/publish/bodies.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { execFileSync } from '../../support/children.ts';
import { goldenStore } from '../../support/golden.ts';
import { GOOD, service } from '../../support/service.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const file = (name: string) => readFileSync(join(folder.path, name), 'utf8');
const all = await documented();

beforeAll(() => buildConsole(folder.path));

it('copies statistics for the console only as far as the service reads them, so that they fit into an asset', async () => {
  const [large, small] = [join(folder.path, 'large.json'), join(folder.path, 'small.json')];
  writeFileSync(large, 'é'.repeat(9 * 1024 * 1024));
  writeFileSync(small, '{}');
  const out = join(folder.path, 'out');
  mkdirSync(out);
  for (const path of [large, small]) await copyStatistics(path, out);
  const copied = readFileSync(join(out, 'large.json'), 'utf8');
  const { table } = await exampleArtifact();
  expect(await checkServed(copied, table)).toMatchObject({ detail: expect.stringContaining('too large') });
  expect(Buffer.byteLength(copied)).toBeLessThan(25 * 1024 * 1024);
  expect(readFileSync(join(out, 'small.json'), 'utf8')).toBe('{}');
});

describe('the API reference', () => {
  it('has every route of the service, and no other', async () => {
    const app = createApp({ store: await goldenStore(), clock: systemClock, log: () => {} });
    const routes = app.routes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')}`,
    );
    const shown = all.map(({ operation: { method, path } }) => `${method.toUpperCase()} ${path}`);
    expect(shown.sort()).toEqual([...new Set(routes)].sort());
  });

  it('has every error code, with an example', () => {
    const codes = Object.keys(STATUS_OF).sort();
    const named = new Set<string>(all.flatMap(({ operation }) => problemsOf(operation)));
    expect([...named].sort()).toEqual(codes);
    const sent = new Set(
      all.flatMap(({ operation }) => operation.examples.flatMap(({ expect, shows }) => [expect, shows])),
    );
    // A client has to leave a million answers unread for the one: ndjson.test.ts does so with fewer. Only a socket sends the
    // other: deno/differential.test.ts does.
    expect(codes.filter((code) => !sent.has(code as never))).toEqual(['answers_not_read', 'invalid_host']);
  });

  it('is what the service answers now', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect(JSON.parse(file('openapi.json'))).toEqual(JSON.parse(JSON.stringify(openApi(all, version))));
  });

  it('is made from a sample, so that no config and no history of a deployment keeps it from being made', async () => {
    const { version, table } = await exampleArtifact();
    const current = JSON.parse(
      readFileSync(new URL('../../../artifacts/current.json', import.meta.url), 'utf8'),
    );
    expect(Object.keys(table.config.segments)).not.toEqual(Object.keys(current.config.segments));
    const versions = file('openapi.json').matchAll(/"artifact_version": "([0-9a-f]{16})"/g);
    expect(new Set(Array.from(versions, ([, found]) => found))).toEqual(new Set([version]));
    expect(file('docs.html')).not.toContain(current.version);
  });

  it('refers to each schema that it has and to no other, and names each operation once', () => {
    const text = file('openapi.json');
    const { components, openapi } = JSON.parse(text);
    expect(openapi).toBe('3.1.0');
    const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(Object.keys(components.schemas).sort());
    const ids = [...text.matchAll(/"operationId": "(\w+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(all.length);
  });

  it('is two pages without inline scripts and styles, which have each route once, and all codes', () => {
    const pages = [file('docs.html'), file('docs/operators.html')].join('');
    expect(pages).not.toMatch(/<script>|<style|\sstyle=|\son\w+=|https?:\/\/(?!localhost)/);
    for (const { operation } of all) expect(pages.split(`id="${operation.id}"`)).toHaveLength(2);
    for (const code of Object.keys(STATUS_OF)) expect(pages).toContain(`id="error-${code}"`);
  });

  it('links to nothing that its pages do not have', () => {
    const ids = (page: string) => [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    const of: Record<string, (string | undefined)[]> = {
      '/docs': ids(file('docs.html')),
      '/docs/operators': ids(file('docs/operators.html')),
    };
    const links = [
      ...`${file('docs.html')}${file('docs/operators.html')}`.matchAll(/href="(\/docs[^"#]*)#([^"]+)"/g),
    ];
    expect(links.length).toBeGreaterThan(all.length);
    expect(links.filter(([, path = '', id]) => !of[path]?.includes(id)).map(([link]) => link)).toEqual([]);
  });

  it('has requests that a shell takes as they are, with the token from ADMIN_TOKEN', () => {
    const page = file('docs.html') + file('docs/operators.html');
    const commands = [...page.matchAll(/aria-label="Request">(.*?)<\/pre>/gs)].map(([, text = '']) =>
      plain(text),
    );
    expect(commands.length).toBeGreaterThan(all.length);
    // Instead of a request: its arguments, one a line.
    const shell = ['curl() { printf "%s\\n" "$@"; }', ...commands].join('\n');
    const env = { ...process.env, ADMIN_TOKEN: 'a-token' };
    const said = execFileSync('sh', ['-eu'], { input: shell, env, timeout: 60_000 });
    expect(said.match(/^http:.*$/gm)).toHaveLength(commands.length);
    const tokens = new Set(said.match(/^authorization: .*$/gm));
    expect([...tokens]).toEqual(['authorization: Bearer a-token']);
  });

  it('tells operators what to do at each alert', () => {
    const rules = readFileSync(
      new URL('../../../build/deploy/monitoring/alerts.yml', import.meta.url),
      'utf8',
    );
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(
      RUNBOOK.map(({ id }) => id)
        .filter((id) => id.startsWith(ALERT))
        .toSorted(),
    ).toEqual(alerts.toSorted());
    const page = file('docs/operators.html');
    for (const name of alerts) {
      expect(rules).toContain(`/docs/operators#${name}`);
      expect(page).toContain(`id="${name}"`);
    }
  });

  it('has no table without a row, and for an array the fields of its entries', () => {
    const page = file('docs.html') + file('docs/operators.html');
    const bodies = [...page.matchAll(/<tbody>(.*?)<\/tbody>/gs)].map(([, rows = '']) => rows);
    expect(bodies.length).toBeGreaterThan(all.length);
    expect(bodies.filter((rows) => !rows.includes('<tr'))).toEqual([]);
    const [, one = '', many = ''] = page.split('<article class="card"');
    const fieldsOf = (article: string) =>
      [...article.matchAll(/<caption>(Body|Answer)[^<]*<\/caption>.*?<tbody>(.*?)<\/tbody>/gs)].map(
        ([, caption, rows = '']) => [caption, [...rows.matchAll(/<code>(\w+)/g)].map(([, name]) => name)],
      );
    const [body, answer] = fieldsOf(one);
    expect(body).toEqual(['Body', expect.arrayContaining(['customer_id', 'as_of'])]);
    expect(answer).toEqual(['Answer', expect.arrayContaining(['voucher_amount', 'artifact_version'])]);
    const answered = answer?.[1] as string[];
    expect(answered).toContain('explain');
    expect(fieldsOf(many)).toEqual([
      body,
      ['Answer', [...answered.filter((name) => name !== 'explain'), 'error']],
    ]);
    const pills = (article: string) => article.match(/pill-quiet/g)?.length;
    expect(pills(many)).toBe(pills(one));
  });

  it('tells every status that its examples have, and 304 where an ETag spares the answer', () => {
    const { paths } = JSON.parse(file('openapi.json'));
    for (const { operation, recorded } of all) {
      const told = Object.keys(paths[operation.path][operation.method].responses);
      expect(told).toEqual(expect.arrayContaining(recorded.map(({ status }) => String(status))));
    }
    const unchanged = Object.keys(paths).filter((path) => paths[path].get?.responses[304]);
    expect(unchanged).toEqual(['/artifact', '/artifact/segments', '/artifact/report']);
    for (const path of unchanged) {
      expect(paths[path].get.responses[304]).not.toHaveProperty('content');
      expect(paths[path].get.parameters).toContainEqual(expect.objectContaining({ name: 'if-none-match' }));
    }
  });

  it('tells the headers that come, those of a problem at each of its operations', () => {
    const { paths } = JSON.parse(file('openapi.json'));
    const told = (path: string, method: string, status: number) =>
      Object.keys(paths[path][method].responses[status].headers ?? {});
    for (const { operation, recorded } of all) {
      for (const { status, headers } of recorded) {
        const own = headers.filter((name) => status < 400 || !name.startsWith('x-'));
        if (operation.answer.status === status || status >= 400)
          expect(told(operation.path, operation.method, status)).toEqual(expect.arrayContaining(own));
      }
    }
    expect(told('/voucher', 'post', 200)).toEqual(['x-artifact-version', 'x-check-age', 'x-request-id']);
    expect(told('/voucher', 'post', 429)).toEqual(['retry-after', 'x-request-id']);
    expect(told('/vouchers', 'post', 405)).toEqual(['allow', 'x-request-id']);
    expect(told('/runs', 'get', 401)).toEqual(['www-authenticate', 'x-request-id']);
    expect(told('/uploads', 'get', 503)).toEqual(['retry-after', 'x-request-id']);
    expect(told('/artifact/segments', 'get', 304)).toContain('etag');
  });

  it('shows lines as lines, and for JSON what JSON is', () => {
    const { post } = JSON.parse(file('openapi.json')).paths['/vouchers'];
    for (const { content } of [post.requestBody, post.responses[200]]) {
      expect(Object.keys(content)).toEqual(['application/json', 'application/x-ndjson']);
      const values = (type: string) =>
        Object.values<{ value: unknown }>(content[type].examples).map(({ value }) => value);
      expect(values('application/json').every(Array.isArray)).toBe(true);
      for (const value of values('application/x-ndjson')) {
        expect(
          String(value)
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
        ).toHaveLength(2);
      }
    }
  });

  it('declares each way to send an API key, and each of them lets in', async () => {
    const { paths, components } = JSON.parse(file('openapi.json'));
    const { send } = await service(undefined, { callers: { keys: 'a-key' } });
    for (const [path, json] of [
      ['/voucher', GOOD],
      ['/vouchers', [GOOD]],
    ] as const) {
      const ways: string[] = [];
      for (const way of paths[path].post.security) {
        const [name] = Object.keys(way);
        const { type, name: header } = components.securitySchemes[name ?? ''] ?? {};
        const headers: Record<string, string> =
          name === undefined
            ? {}
            : type === 'http'
              ? { authorization: 'Bearer a-key' }
              : { [header]: 'a-key' };
        ways.push(Object.keys(headers).join());
        expect((await send('POST', path, { headers, json })).status).toBe(name === undefined ? 401 : 200);
      }
      expect(ways).toEqual(['', 'x-api-key', 'authorization']);
    }
  });
});

/** What a browser shows of escaped HTML. */
function plain(html: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '');
}
