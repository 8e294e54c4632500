import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documented } from '../../build/openapi/document.ts';
import { exampleArtifact } from '../../build/openapi/example-artifact.ts';
import { parseBody, requestOf } from '../../build/openapi/record.ts';
import { publish } from '../../src/core/publish/publish.ts';
import { CONSOLE_PATHS } from '../../src/pages/console-paths.ts';
import type { Server } from './support/server.ts';
import { serve, served } from './support/site.ts';

const built = (name: string) => readFileSync(new URL(`../../.console/${name}`, import.meta.url), 'utf8');
/** Lies among the assets for the Worker alone. */
const STATISTICS = 'current.statistics.json';

describe('the Worker with its static assets', () => {
  let server: Server;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server?.stop());

  it.each([
    ['/', 'index.html', 'text/html'],
    ['/docs', 'docs.html', 'text/html'],
    ['/docs/operators', 'docs/operators.html', 'text/html'],
    ['/openapi.json', 'openapi.json', 'application/json'],
    ['/console.js', 'console.js', 'text/javascript'],
    ['/console.css', 'console.css', 'text/css'],
    ['/favicon.svg', 'favicon.svg', 'image/svg+xml'],
  ])('serves %s with a strict policy', async (path, file, type) => {
    const response = await fetch(server.origin + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe(built(file));
  });

  it.each(CONSOLE_PATHS)('refuses other methods at %s as everywhere', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await fetch(server.origin + path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ code: 'method_not_allowed', status: 405 });
    }
  });

  it('keeps the statistics of the bundled artifact to itself: GET /artifact/segments asks for a key', async () => {
    expect(JSON.parse(built(STATISTICS))).toHaveProperty('countries');
    expect((await fetch(`${server.origin}/${STATISTICS}`)).status).toBe(404);
  });

  it('has a path for each file that is built', async () => {
    const folder = new URL('../../.console/', import.meta.url);
    const unserved = ['_headers', 'docs', 'console', STATISTICS];
    const files = [
      ...readdirSync(folder).filter((name) => !unserved.includes(name)),
      ...readdirSync(new URL('docs/', folder)).map((name) => `docs/${name}`),
    ];
    const names = CONSOLE_PATHS.map((path) =>
      path === '/' ? 'index.html' : path.startsWith('/docs') ? `${path.slice(1)}.html` : path.slice(1),
    );
    expect(names.toSorted()).toEqual(files.toSorted());
    for (const part of readdirSync(new URL('console/', folder))) {
      const response = await fetch(`${server.origin}/console/${part}`);
      expect(await response.text()).toBe(built(`console/${part}`));
      expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      expect((await fetch(`${server.origin}/console/${part}`, { method: 'POST' })).status).toBe(405);
    }
  });

  it('answers HEAD and a condition as any server of files', async () => {
    const whole = await fetch(server.origin, { method: 'HEAD' });
    expect([whole.status, await whole.text()]).toEqual([200, '']);
    const etag = whole.headers.get('etag') ?? '';
    const again = await fetch(server.origin, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('leaves every other path to the API', async () => {
    for (const path of ['/nothing-here', '/console/nothing-here.js']) {
      const response = await fetch(server.origin + path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
    expect((await fetch(`${server.origin}/health`)).status).toBe(200);
  });

  it('answers what the reference shows for everybody', async () => {
    const artifact = await exampleArtifact();
    await publish(server.kv, artifact, { by: 'a test', now: Date.now() });
    await served(server.origin, artifact.version);
    // These tell of what was published, which is another thing here.
    const ofPublishing = ['/ready', '/guards', '/versions/diff'];
    const open = (await documented()).filter(
      ({ operation: { who, path } }) => who !== 'operators' && !ofPublishing.includes(path),
    );
    let compared = 0;
    for (const { operation, recorded } of open) {
      for (const { example, status, body } of recorded.filter(({ example }) => example.on === undefined)) {
        const response = await fetch(requestOf(operation, example, server.origin));
        const got = parseBody(await response.text(), response.headers.get('content-type'));
        expect({ name: example.name, status: response.status, body: got }).toEqual({
          name: example.name,
          status,
          body,
        });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(10);
  });
});
