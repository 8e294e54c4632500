import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../bench/support/server.ts';
import { execFileSync } from '../support/children.ts';
import { expectedOfClient } from '../support/client-check.ts';
import { goldenApp, version } from '../support/golden.ts';
import { listen } from '../support/listen.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DENO = join(ROOT, 'node_modules/.bin/deno');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** A Node 20 of the machine, the oldest that the package is for: the tests run on a newer one. */
const NODE_20 = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((path) => {
    try {
      return execFileSync(path, ['--version']).startsWith('v20.');
    } catch {
      return false;
    }
  });

const app = await goldenApp();
const { origin, stop } = await listen(async (request) => app.fetch(request));
afterAll(stop);

/** An empty project that has installed the package and nothing else. */
const project = mkdtempSync(join(tmpdir(), 'voucher-edge-package-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const source = ['client-check.ts', 'client-runtime.ts'].map((name) => ({
  name,
  text: readFileSync(join(ROOT, 'test/support', name), 'utf8')
    .replace('../../src/client/client.ts', 'voucher-edge/client')
    .replace('./client-check.ts', './client-check.js'),
}));

let packed: { filename: string; files: { path: string }[] };

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', project], {
    cwd: ROOT,
  });
  const listed: unknown = JSON.parse(stdout.slice(stdout.search(/[[{]/)));
  [packed] = (Array.isArray(listed) ? listed : Object.values(listed as object)) as [typeof packed];
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "type": "module", "private": true }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(project, packed.filename)], {
    cwd: project,
  });
  for (const { name, text } of source) {
    writeFileSync(join(project, name), text);
    writeFileSync(join(project, name.replace('.ts', '.js')), transformSync(text, { loader: 'ts' }).code);
  }
});

describe('the package', () => {
  it('has the client and nothing else', () => {
    const others = packed.files
      .map(({ path }) => path)
      .filter((path) => !/^dist\/[a-z]+\.(?:js|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    const installed = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages;
    expect(Object.keys(installed).sort()).toEqual(['', 'node_modules/voucher-edge']);
  });

  it.each([
    ['bundler', 'esnext'],
    ['nodenext', 'nodenext'],
  ])(
    'type-checks strictly under %s resolution, its declarations included',
    async (moduleResolution, module) => {
      const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
      const libraries = { lib: ['ES2022', 'DOM'], types: [], skipLibCheck: false };
      const config = {
        compilerOptions: {
          ...strict,
          ...libraries,
          module,
          moduleResolution,
          target: 'es2022',
          noEmit: true,
        },
        files: ['client-check.ts', 'misuse.ts'],
      };
      const misuse = `import { createClient, type Decision } from 'voucher-edge/client';
      const client = createClient('http://localhost', { fetch, headers: { 'x-api-key': 'k' } });
      // @ts-expect-error: a request needs more than that
      void client.voucher({ customer_id: 1 });
      const outcome = await client.voucher({ customer_id: 1, country_code: 'Peru', segment_name: 's' });
      // @ts-expect-error: whether there is an answer has to be asked first
      void outcome.answer;
      if (outcome.ok) outcome.answer satisfies Decision;
      else if (outcome.problem.code === 'timeout') outcome.problem.cause satisfies unknown;
      // @ts-expect-error: there is no such code
      else if (outcome.problem.code === 'no_such_code') outcome.problem;`;
      writeFileSync(join(project, 'misuse.ts'), misuse);
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config));
      const checked = await run(process.execPath, [TSC, '-p', project]).catch((error) => error);
      expect(checked.stdout).toBe('');
    },
  );

  it.each([
    ['Node as of the tests', process.execPath, ['client-runtime.js']],
    ['Deno', DENO, ['run', '--no-prompt', '--allow-net', 'client-runtime.js']],
  ])('works on %s', async (_, file, args) => {
    const { stdout } = await run(file, [...args, origin], { cwd: project });
    expect(JSON.parse(stdout)).toEqual(expectedOfClient(version));
  });

  it('works in workerd', async () => {
    const worker = `import { checkClient } from './client-check.js';
    export default {
      async fetch(request) {
        return Response.json(await checkClient(new URL(request.url).searchParams.get('origin')));
      },
    };`;
    writeFileSync(join(project, 'worker.js'), worker);
    const bundle = { entryPoints: [join(project, 'worker.js')], bundle: true, format: 'esm' as const };
    await build({ ...bundle, outfile: join(project, 'bundle.js') });
    const port = await freePort();
    const config = `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = .main),
        # The service under test is on this machine.
        (name = "internet", network = (allow = ["private"])),
      ],
      sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
    );
    const main :Workerd.Worker = (
      modules = [(name = "bundle.js", esModule = embed "bundle.js")],
      compatibilityDate = "2026-10-01",
    );`;
    writeFileSync(join(project, 'config.capnp'), config);
    const args = ['serve', join(project, 'config.capnp')];
    const workerd = spawn(join(ROOT, 'node_modules/.bin/workerd'), args, { stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}/?origin=${encodeURIComponent(origin)}`;
    try {
      const answer = () =>
        fetch(url).then(
          (response) => response.json(),
          () => null,
        );
      await expect.poll(answer, { timeout: 30_000 }).toEqual(expectedOfClient(version));
    } finally {
      workerd.kill();
    }
  });

  it.skipIf(NODE_20 === undefined)(
    'works on Node 20 (needs a node of that version on the PATH)',
    async () => {
      const { stdout } = await run(NODE_20 ?? '', ['client-runtime.js', origin], { cwd: project });
      expect(JSON.parse(stdout)).toEqual(expectedOfClient(version));
    },
  );
});

/** The two pieces of Python in the docs: for one customer, and for many. */
const [pythonOfOne = '', pythonOfMany = ''] = [
  ...readFileSync(join(ROOT, 'src/client/README.md'), 'utf8').matchAll(/```python\n([\s\S]*?)```/g),
].map(([, code = '']) => code);

it('the loop of Python in the docs gets an answer for each of 25,000 customers, in their order (needs python3)', async (context) => {
  const program = `${pythonOfOne}
${pythonOfMany}
import sys
customers = ({'customer_id': n, 'country_code': 'Peru', 'total_orders': n % 50 if n != 12_345 else -1, 'segment_name': 'frequency_segment'} for n in range(25_000))
answers = list(vouchers(customers, sys.argv[1]))
refused = [(at, answer['error']['code']) for at, answer in enumerate(answers) if 'error' in answer]
print(len(answers), refused, len({answer.get('segment') for answer in answers}) > 3)`;
  const ran = await run('python3', ['-c', program, origin]).catch((error) => error);
  if (ran.code === 'ENOENT') return context.skip();
  // An entry's index is its place in its own request.
  expect(ran.stdout).toBe("25000 [(12345, 'invalid_request')] True\n");
});

it('the ten lines of Python in the docs get the same answer, and print the reason when they get no answer (needs python3)', async (context) => {
  const python = pythonOfOne;
  expect(python.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
  const request = {
    customer_id: 7,
    country_code: 'Peru',
    total_orders: 15,
    segment_name: 'frequency_segment',
  };
  const program = `${python}
import sys
request = json.loads(sys.argv[2])
print(voucher(request, sys.argv[1]))
try: voucher({**request, 'total_orders': -1}, sys.argv[1])
except ValueError as refused: print(refused)`;
  const ran = await run('python3', ['-c', program, origin, JSON.stringify(request)]).catch((error) => error);
  if (ran.code === 'ENOENT') return context.skip();
  const response = await app.request('/voucher', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const { voucher_amount } = await response.json();
  expect(ran.stdout).toMatch(new RegExp(`^${voucher_amount}(?:\\.0)?\ntotal_orders: `));
});
