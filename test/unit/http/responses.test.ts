import { describe, expect, it } from 'vitest';
import { DEFAULT_DEPLOYMENT } from '../../../src/core/config/defaults.ts';
import { foldCountry } from '../../../src/core/values.ts';
import { cases, version } from '../../support/golden.ts';
import { brokenStore, GOOD, MOMENT, service } from '../../support/service.ts';

const PATHS = ['/artifact', '/artifact/segments', '/ready', '/health'];

describe('every response', () => {
  it('carries exactly these headers after a decision', async () => {
    const { send } = await service();
    const { headers } = await send('POST', '/voucher', { json: GOOD, headers: { 'x-request-id': 'a' } });
    expect(Object.fromEntries(headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'x-check-age': '0',
      'x-artifact-version': version,
      'x-content-type-options': 'nosniff',
      'x-request-id': 'a',
    });
  });

  it.each([...PATHS, '/nowhere', '/voucher'])('of GET %s may not be shown as a page', async (path) => {
    const { send } = await service();
    const { headers } = await send('GET', path);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(PATHS)('of %s is the same for HEAD, without the body', async (path) => {
    const { send } = await service();
    const init = { headers: { 'x-request-id': 'a' } };
    const [get, head] = [await send('GET', path, init), await send('HEAD', path, init)];
    expect(head.status).toBe(200);
    const length = String((await get.arrayBuffer()).byteLength);
    expect(Object.fromEntries(head.headers)).toEqual({
      ...Object.fromEntries(get.headers),
      'content-length': length,
    });
    expect(await head.text()).toBe('');
  });

  it.each(['a', 'A-Z_0.9', 'x'.repeat(128)])('keeps the request id %j', async (id) => {
    const { send } = await service();
    const { headers } = await send('GET', '/health', { headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id')).toBe(id);
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a"b', 'a/b', 'é', 'a@b', 'a[b', 'a{b', 'a`b'])(
    'has an id of its own in place of %j',
    async (id) => {
      const { send } = await service();
      const { headers } = await send('GET', '/health', { headers: { 'x-request-id': id } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('of GET /ready tells the guards of its deployment', async () => {
    const guards = { ...DEFAULT_DEPLOYMENT.guards, largest_share_dropped: 0.07 };
    const { send } = await service(undefined, { config: { ...DEFAULT_DEPLOYMENT, guards } });
    expect(await (await send('GET', '/ready')).json()).toMatchObject({ guards });
  });

  it('has its own id, however many are answered at once', async () => {
    const { send } = await service();
    const ids = Array.from({ length: 50 }, (_, index) => `id-${index}`);
    const responses = await Promise.all(
      ids.map((id) => send('POST', '/voucher', { json: GOOD, headers: { 'x-request-id': id } })),
    );
    expect(responses.map(({ headers }) => headers.get('x-request-id'))).toEqual(ids);
  });
});

describe('GET /artifact', () => {
  it('describes the artifact, without the names of the files that it was made from', async () => {
    const { send } = await service();
    const body = await (await send('GET', '/artifact')).json();
    expect(body).toMatchObject({
      version,
      schema_version: 2,
      data: { first_timestamp: '2026-01-31T00:00:00Z', last_timestamp: '2026-02-10T00:00:00Z' },
      quality: { rows_read: 8, rows_kept: 7 },
    });
    expect(Object.keys(body).sort()).toEqual([
      'config',
      'data',
      'default_shares',
      'quality',
      'schema_version',
      'version',
    ]);
  });

  it.each(['W/TAG', 'TAG', '"x", W/TAG ,"y"', '*', ' * '])(
    'is not sent again to a client that has it: If-None-Match %s',
    async (match) => {
      for (const path of ['/artifact', '/artifact/segments', '/artifact/segments?trend=true']) {
        const { send } = await service();
        const etag = (await send('GET', path)).headers.get('etag') ?? '';
        expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
        const known = match.replace(/(?:W\/)?TAG/, (tag) => (tag === 'TAG' ? etag.slice(2) : etag));
        const response = await send('GET', path, { headers: { 'if-none-match': known } });
        expect([response.status, await response.text()]).toEqual([304, '']);
        expect(response.headers.get('etag')).toBe(etag);
        expect(response.headers.get('cache-control')).toBe('no-cache');
        expect(response.headers.get('x-artifact-version')).toBe(version);
      }
    },
  );

  it('has a tag that covers its bytes, not only its version', async () => {
    const tags = await Promise.all(
      ['/artifact', '/artifact/segments', '/artifact/segments?trend=true'].map(async (path) => {
        const { send } = await service();
        return (await send('GET', path)).headers.get('etag');
      }),
    );
    expect(new Set(tags).size).toBe(3);
  });

  it.each(['"x"', '', version, `"${version}"`, '"*"'])(
    'is sent to who has another: If-None-Match %j',
    async (match) => {
      const { send } = await service();
      expect((await send('GET', '/artifact', { headers: { 'if-none-match': match } })).status).toBe(200);
    },
  );
});

describe('GET /artifact/segments', () => {
  it('is the table that POST /voucher answers from', async () => {
    const { send } = await service();
    const table = await (await send('GET', '/artifact/segments')).json();
    const decisions = cases.filter(
      ({ answer, request }) => answer && 'segment' in answer && request.body && answer.segment,
    );
    expect(decisions.length).toBeGreaterThan(10);
    for (const { answer, request } of decisions) {
      const asked = foldCountry((request.body as typeof GOOD).country_code);
      const country = Object.keys(table.countries).find((name) => foldCountry(name) === asked);
      const { segment_name, segment, voucher_amount, source, sample_size } = answer as Record<string, string>;
      if (country === undefined) expect(voucher_amount).toBe(table.default_amount);
      else {
        const cell = table.countries[country].segments[segment_name ?? ''][segment ?? ''];
        expect(cell).toMatchObject({ voucher_amount, source, sample_size });
      }
    }
  });

  it('has the statistics of each amount, and countries that only the config names', async () => {
    const { send } = await service();
    const { countries, default_amount } = await (await send('GET', '/artifact/segments')).json();
    expect(default_amount).toBe(5);
    expect(countries.Peru.segments.recency_segment['61-90']).toEqual({
      voucher_amount: 31.94,
      source: 'segment',
      sample_size: 2,
      count: 2,
      observed: 1,
      mean: 31.9375,
      median: 40,
      mode: 40,
      q1: 40,
      q3: 40,
      standard_error: null,
      shrunk_mean: expect.closeTo(29.408, 3),
      shrunk_median: 20,
      shrunk_mode: 10,
      amounts: { 40: 1 },
    });
    expect(countries.Peru.segments.recency_segment['181+']).toEqual({
      voucher_amount: 23.88,
      source: 'country',
      sample_size: 5,
    });
    expect(countries.Peru.segments.joint_segment['30-60 × *']).toMatchObject({
      voucher_amount: 15,
      count: 2,
    });
    expect(countries.Chile).toMatchObject({ default_amount: 7, overall: null });
  });
});

describe('the probes', () => {
  it('/health says yes and /ready says no while there is no artifact', async () => {
    const { send } = await service(brokenStore);
    expect((await send('GET', '/health')).status).toBe(200);
    const ready = await send('GET', '/ready');
    expect(ready.status).toBe(503);
    expect((await ready.json()).detail).toMatch(
      /^the bundled artifact has another format than schema_version 2: run npm run build:artifact$/,
    );
  });

  it('waits for a store that has yet to load', async () => {
    const loaded = await (await import('../../support/golden.ts')).goldenStore();
    const { send } = await service({ ...loaded, current: async () => loaded.current() });
    expect((await send('POST', '/voucher', { json: GOOD })).status).toBe(200);
    expect((await send('GET', '/ready')).status).toBe(200);
  });
});

describe('the line of a request', () => {
  it('has the fields of ECS, in its order, and never the customer', async () => {
    const { send, lines, written } = await service();
    const headers = { 'x-request-id': 'a' };
    await send('POST', '/voucher?api_key=secret', { json: { ...GOOD, country_code: ' "Perú" ' }, headers });
    expect(lines).toEqual([
      {
        '@timestamp': '2026-03-01T12:00:00.007Z',
        'log.level': 'info',
        message: 'POST /voucher 200',
        'ecs.version': '8.11.0',
        'service.name': 'voucher-edge',
        'http.request.method': 'POST',
        'http.request.id': 'a',
        'http.route': '/voucher',
        'http.response.status_code': 200,
        'event.duration': 1_500_000,
        'voucher.artifact_version': version,
        'voucher.check_age': 0,
        'voucher.country': '"Perú"',
        'voucher.source': 'default',
        'voucher.amount': 5,
        'feature_flag.key': 'frequency_segment',
        'feature_flag.result.variant': '14-37',
        'feature_flag.result.reason': 'default',
        'feature_flag.version': version,
        'feature_flag.provider.name': 'voucher-edge',
      },
    ]);
    expect(new Date(MOMENT).toISOString()).toBe('2026-03-01T12:00:00.007Z');
    expect(written[0]).toMatch(/^\{"@timestamp":"[^"]+","log.level":"info","message":"[^"]+","ecs.version":/);
    expect(written.join()).not.toMatch(/4711|secret/);
  });

  it('bounds what clients choose', async () => {
    const { send, lines, written } = await service();
    await send('POST', '/voucher', { json: { ...GOOD, country_code: `${'x'.repeat(63)}\ud83d\ude00` } });
    await send('GET', `/${'x'.repeat(2000)}?q=1`);
    await send('BREW'.repeat(50), '/voucher');
    expect(lines[0]?.['voucher.country']).toBe(`${'x'.repeat(63)}\ufffd`);
    expect(lines[1]).toMatchObject({ 'http.route': 'unmatched', message: 'GET unmatched 404' });
    expect(lines[2]).toMatchObject({ 'http.route': '/voucher', 'http.request.method': '_OTHER' });
    expect(Math.max(...written.map((line) => line.length))).toBeLessThan(900);
  });

  const REFUSED: [what: string, path: string, body: string, code: string][] = [
    ['a request that does not parse', '/voucher', '{marker', 'malformed_json'],
    ['a batch that does not parse', '/vouchers', '{marker', 'malformed_json'],
    ['no batch', '/vouchers', '"marker"', 'invalid_request'],
    [
      'a field of another type',
      '/voucher',
      JSON.stringify({ ...GOOD, total_orders: 'marker' }),
      'invalid_request',
    ],
    [
      'a segment of a strange name',
      '/voucher',
      JSON.stringify({ ...GOOD, segment_name: 'marker' }),
      'unknown_segment',
    ],
  ];

  it.each(REFUSED)(
    'of %s names the code, and quotes nothing of what was sent',
    async (_, path, body, code) => {
      const { send, lines, written } = await service();
      await send('POST', path, { body, headers: { 'content-type': 'application/json' } });
      expect(lines).toMatchObject([{ 'log.level': 'info', 'error.code': code }]);
      expect(Object.keys(lines[0] ?? {}).filter((key) => key.startsWith('error.'))).toEqual(['error.code']);
      expect(written.join()).not.toContain('marker');
    },
  );

  it('of a failure of the service is an error, with its cause', async () => {
    const { throwingStore } = await import('../../support/service.ts');
    const { send, lines } = await service(throwingStore);
    await send('POST', '/voucher', { json: GOOD });
    expect(lines).toMatchObject([
      {
        'log.level': 'error',
        'error.code': 'internal_error',
        'error.message': 'the secret of the store',
        'error.type': 'TypeError',
        'error.stack_trace': expect.stringContaining('current'),
      },
    ]);
  });
});

describe('a refusal in the words of another protocol', () => {
  it('is logged with the code of the problem, and its decision as any other', async () => {
    const { send, lines } = await service();
    const path = '/ofrep/v1/evaluate/flags/frequency_segment';
    const context = { targetingKey: 'c-4711', country_code: 'Peru', total_orders: 15 };
    await send('POST', path, { json: { context } });
    await send('POST', path, { json: { context: {} } });
    expect(lines).toMatchObject([
      {
        'http.route': '/ofrep/v1/evaluate/flags/:key',
        'voucher.source': 'segment',
        'voucher.country': 'Peru',
      },
      { 'http.response.status_code': 400, 'error.code': 'invalid_request' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('c-4711');
  });
});
