import fc from 'fast-check';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { describe, expect, it } from 'vitest';
import { PathRouter } from '../../../src/http/router.ts';
import { runs } from '../../support/runs.ts';

const ROUTES: [method: string, path: string][] = [
  ['POST', '/voucher'],
  ['GET', '/artifact'],
  ['GET', '/artifact/segments'],
  ['PUT', '/uploads/:name'],
  ['DELETE', '/uploads/:name'],
  ['GET', '/uploads'],
  ['GET', '/runs/:id'],
];

describe('the router', () => {
  const ours = new PathRouter<string>();
  const hono = new RegExpRouter<string>();
  for (const [method, path] of ROUTES) {
    ours.add(method, path, `${method} ${path}`);
    hono.add(method, path.replace(/:\w+$/, '$&{[\\s\\S]+}'), `${method} ${path}`);
  }
  const pieces = fc.constantFrom(
    '/',
    'uploads',
    'runs',
    'voucher',
    'artifact',
    'segments',
    ':id',
    '*',
    'é',
    '\n',
    '',
  );
  const paths = fc.array(pieces, { maxLength: 6 }).map((parts) => `/${parts.join('')}`);
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'BREW');

  it('finds the route that Hono finds, and the same parameter', () => {
    fc.assert(
      fc.property(methods, paths, (method, path) => {
        expect(found(ours.match(method, path))).toEqual(found(hono.match(method, path)));
      }),
      { numRuns: runs(500) },
    );
  });

  it.each(ROUTES)('finds %s %s', (method, path) => {
    expect(found(ours.match(method, path.replace(/:\w+$/, 'a/b'))).route).toBe(`${method} ${path}`);
  });

  it('finds what is registered after a path was asked for, and another method of that path', () => {
    const router = new PathRouter<string>();
    router.add('GET', '/uploads', 'list');
    const names = (method: string) => router.match(method, '/uploads')[0].map(([handler]) => handler);
    expect([names('GET'), names('PUT')]).toEqual([['list'], []]);
    router.add('PUT', '/uploads', 'put');
    expect([names('PUT'), names('GET')]).toEqual([['put'], ['list']]);
    router.add('ALL', '/*', 'first');
    expect([names('GET'), names('GET')]).toEqual([
      ['first', 'list'],
      ['first', 'list'],
    ]);
  });
});

/** A result of either form that Hono's routers have. */
function found([[first], stash]: ReturnType<PathRouter<string>['match']>) {
  const [route, parameters = {}] = first ?? [undefined];
  const values = Object.entries(parameters).map(([name, value]) => [name, stash?.[Number(value)] ?? value]);
  return { route, parameters: Object.fromEntries(values) };
}
