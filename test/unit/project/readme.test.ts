import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTableFile } from '../../../build/files/artifact-files.ts';
import { STATUS_OF } from '../../../src/api/problem-codes.ts';
import { DEFAULTS } from '../../../src/client/call.ts';
import { decide } from '../../../src/core/decide/decide.ts';
import { VoucherRequestSchema } from '../../../src/core/decide/request.ts';
import { FIELDS } from '../../../src/core/fields/fields.ts';
import { TIME_FORMATS } from '../../../src/core/fields/times.ts';
import { DROP_REASONS } from '../../../src/core/history/clean.ts';
import { NULL_WORDS } from '../../../src/core/missing.ts';
import { FEATURE_NAMES } from '../../../src/core/segments/features.ts';
import { execFileSync } from '../../support/children.ts';
import { shippedConfig } from '../../support/histories.ts';

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const readme = file('README.md');
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const guides = execFileSync('git', ['ls-files', '*README.md'], { cwd: ROOT }).trim().split('\n');
const all = guides.map(file).join('\n');
const { scripts } = JSON.parse(file('package.json'));

/** The names in backticks in a column of the tables of a guide. */
function columnOf(guide: string, column = 1): string[] {
  return file(guide)
    .split('\n')
    .flatMap((line) => /^`([^`]+)`$/.exec(line.split('|')[column]?.trim() ?? '')?.[1] ?? []);
}

/** Whether npm runs a script by itself before another one. */
const isHook = (name: string) => name.startsWith('pre') && (name.slice(3) in scripts || name === 'prepack');

it('what is read is a list of ten lines, with each word for no value and each format of times', () => {
  const list = file('build/read/README.md').match(/^\d+\. .*$/gm) ?? [];
  expect(list).toHaveLength(10);
  const words = (name: string) =>
    Array.from(list.find((line) => line.includes(`**${name}**`))?.matchAll(/`([^`]+)`/g) ?? [], ([, word]) =>
      word?.toLowerCase(),
    );
  expect(words('Missing').sort()).toEqual([...NULL_WORDS, 'na'].sort());
  expect(words('Times')).toEqual(expect.arrayContaining(TIME_FORMATS.filter((format) => format !== 'iso')));
});

describe('README', () => {
  it('has at most 1,500 words', () => {
    expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1500);
  });

  it('names only scripts that exist, and every script but those that npm or people who test call', () => {
    const named = [...all.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name]) => name);
    const known = new Set([...Object.keys(scripts), 'ci', 'install', 'pack', 'exec', 'run', 'script']);
    expect(named.filter((name) => !known.has(name?.replace(/:$/, '') ?? ''))).toEqual([]);
    expect(
      Object.keys(scripts).filter((name) => !named.includes(name) && name !== 'test:watch' && !isHook(name)),
    ).toEqual([]);
  });

  it.each(guides)('%s links only to files and headings that exist', (guide) => {
    const slug = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-');
    const headings = (name: string) =>
      [...file(name).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));
    const links = [...file(guide).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link);
    const wrong = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? guide : join(dirname(guide), path);
      if (!existsSync(new URL(`../../../${target}`, import.meta.url))) return true;
      return anchor !== undefined && !headings(target).includes(anchor);
    });
    expect(wrong).toEqual([]);
  });

  it('of artifacts has a program by which anyone can check the version of the shipped artifact', () => {
    const program =
      /Anyone can check a version:\n\n```sh\n(.*?)```/s.exec(file('artifacts/README.md'))?.[1] ?? '';
    const cwd = fileURLToPath(new URL('../../..', import.meta.url));
    const { version } = JSON.parse(file('artifacts/current.json'));
    expect(execFileSync('sh', ['-c', program], { cwd }).trim()).toBe(`${version} true`);
  });

  it('of config has a row for every key of the config, and for no other', () => {
    const keys = Object.keys(shippedConfig()).filter((key) => key !== '$schema');
    expect(columnOf('config/README.md').sort()).toEqual(keys.sort());
  });

  it('of the API has a row for every field of a request', () => {
    const rows = columnOf('src/api/README.md');
    expect(Object.keys(VoucherRequestSchema.shape).filter((field) => !rows.includes(field))).toEqual([]);
  });

  it('of the API has a row for every code of a problem, and for no other', () => {
    const codes = columnOf('src/api/README.md', 2).filter((name) => name !== 'code');
    expect(codes.sort()).toEqual(Object.keys(STATUS_OF).sort());
  });

  it('of a folder names only source files that are there', () => {
    const files = execFileSync('git', ['ls-files', 'src', 'build', 'test'], { cwd: ROOT }).split('\n');
    const unknown = guides.flatMap((guide) => {
      const names = [...file(guide).matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, name = '']) => name);
      const folder = guide.replace('README.md', '');
      // A name with no path is one of the folder itself, or that of a test.
      const isThere = (name: string) =>
        files.some(
          (path) =>
            `/${path}`.endsWith(`/${name}`) &&
            (path.startsWith(folder) || name.includes('/') || name.endsWith('.test.ts')),
        );
      return names
        .filter((name) => !isThere(name))
        .filter((name) => !name.startsWith('views/my-'))
        .map((name) => `${guide} names ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  it('of the client has its defaults', () => {
    const guide = file('src/client/README.md');
    for (const name of ['timeout', 'retries', 'longestWait'] as const) {
      expect(guide).toContain(`| \`${name}\` | ${DEFAULTS[name].toLocaleString('en-US')} |`);
    }
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
    expect(all).toContain(`\`${name}\``);
  });
});
