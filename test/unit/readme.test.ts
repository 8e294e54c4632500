import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTableFile } from '../../build/files/artifact-file.ts';
import { STATUS_OF } from '../../src/api/problem-codes.ts';
import { DEFAULTS } from '../../src/client/call.ts';
import { FIELDS } from '../../src/core/config/config.ts';
import { decide } from '../../src/core/decide/decide.ts';
import { VoucherRequestSchema } from '../../src/core/decide/request.ts';
import { DROP_REASONS } from '../../src/core/history/clean.ts';
import { FEATURE_NAMES } from '../../src/core/segments/features.ts';
import { shippedConfig } from '../support/histories.ts';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = file('README.md');
const { scripts } = JSON.parse(file('package.json'));

/** The names in backticks in the first column of the table under a heading. */
function firstColumn(heading: string, column = 1): string[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .flatMap((line) => /^`([^`]+)`$/.exec(line.split('|')[column]?.trim() ?? '')?.[1] ?? []);
}

/** Whether npm runs a script by itself before another one. */
const isHook = (name: string) => name === 'prepack' || (name.startsWith('pre') && name.slice(3) in scripts);

describe('README', () => {
  it('names only scripts that exist, and every script but those that others call', () => {
    const named = [...readme.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name]) => name);
    const known = new Set([...Object.keys(scripts), 'ci', 'install', 'pack']);
    expect(named.filter((name) => !known.has(name ?? ''))).toEqual([]);
    expect(
      Object.keys(scripts).filter((name) => !named.includes(name) && name !== 'test:watch' && !isHook(name)),
    ).toEqual([]);
  });

  it('links only to headings that it has', () => {
    const slug = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-');
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));
    const links = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !headings.includes(link))).toEqual([]);
  });

  it('has a program by which anyone can check the version of the shipped artifact', () => {
    const program = /Anyone can check a version:\n\n```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const { version } = JSON.parse(file('artifacts/current.json'));
    expect(execFileSync('sh', ['-c', program], { cwd, encoding: 'utf8' }).trim()).toBe(`${version} true`);
  });

  it('has a row for every key of the config, and for no other', () => {
    const keys = Object.keys(shippedConfig()).filter((key) => key !== '$schema');
    expect(firstColumn('Config').sort()).toEqual(keys.sort());
  });

  it('has a row for every field of a request', () => {
    const rows = firstColumn('HTTP');
    expect(Object.keys(VoucherRequestSchema.shape).filter((field) => !rows.includes(field))).toEqual([]);
  });

  it('has a row for every code of a problem, and for no other', () => {
    const codes = firstColumn('HTTP', 2).filter((name) => name !== 'code');
    expect(codes.sort()).toEqual(Object.keys(STATUS_OF).sort());
  });

  it('tells how long the client waits at most', () => {
    const [section = ''] = readme.split(/^## /m).filter((text) => text.startsWith('From TypeScript'));
    expect(section.replaceAll('\n', ' ')).toContain(
      `more than ${DEFAULTS.longestWait / 1000} s (\`longestWait\`)`,
    );
  });

  it('shows the answer that its request gets', async () => {
    const [, body = '{}'] = /\/voucher .*-d '([^']+)'/s.exec(readme) ?? [];
    const [, answer = '{}'] = /```json\n([^`]+)\n```/.exec(readme) ?? [];
    const compiled = await readTableFile('artifacts/current.json');
    const request = VoucherRequestSchema.parse(JSON.parse(body));
    const outcome = decide(compiled, request, Date.now() / 1000);
    expect(outcome).toEqual({ ok: true, decision: JSON.parse(answer) });
  });

  it.each([...DROP_REASONS, ...FEATURE_NAMES, ...FIELDS])('explains %s', (name) => {
    expect(readme).toContain(`\`${name}\``);
  });
});
