import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { percent } from '../../../src/core/words.ts';
import { execFileSync, spawnSync } from '../../support/children.ts';

const root = new URL('../../..', import.meta.url);

/** What people read: code with its comments and messages, documents and settings. Generated and foreign texts are not ours. */
const files = execFileSync(
  'git',
  ['ls-files', '-z', '*.ts', '*.tsx', '*.md', '*.toml', '*.css', '*.html', '*.json', '*.py'],
  { cwd: root },
)
  .split('\0')
  .filter(
    (path) =>
      path !== '' &&
      !/^(package-lock\.json|artifacts\/.*\.json|test\/golden\/|test\/unit\/words\.test\.ts)/.test(path),
  );

/** Riddles that were found in texts of this project, each with the word to use. */
const banned: readonly [RegExp, string][] = [
  [/\b(no|some)body\b/i, 'say who: a client, an operator, a reader; or use the passive'],
  [/\bwhoever\b/i, 'say who'],
  [/\b(is|are) none\b(?! if)/, 'is not a …; is missing'],
  [/\bthere (is|are) none\b/i, 'is missing; without a …'],
  [/\bstands? (for|in|at|behind|before|alone|there)\b/i, 'means; replaces; is'],
  [/\bcomes? to (the same|more|less|what)\b/i, 'is; gives; sums to'],
  [/\b(rows|statistics|what|sits?|lies|comes?|stands?|goes on) behind\b/i, 'after; of; from'],
  [/\bin so many words\b/i, 'exactly'],
  [/\bas it came\b/i, 'unchanged'],
  [/\bis to be said\b/i, 'a remark; a warning; a sentence about'],
  [/\bwhatever the guards\b/i, 'past the guards'],
  [/\b(the) latter\b|\bhence\b|\bthereby\b|\bwhilst\b/i, 'use a shorter word'],
  [/\butiliz|\bleverag|\bseamless|\brobustly\b|\bblazing/i, 'use a plain word'],
];

describe('texts in plain English', () => {
  it('have none of the phrases that readers stumbled over', () => {
    const found = files.flatMap((path) =>
      readFileSync(new URL(path, `${root}`), 'utf8')
        .split('\n')
        .flatMap((line, index) => {
          const hit = banned.find(([phrase]) => phrase.test(line));
          return hit === undefined ? [] : [`${path}:${index + 1}: ${line.trim()} (${hit[1]})`];
        }),
    );
    expect(found).toEqual([]);
  });

  it('are spelled right (needs codespell)', (context) => {
    const spelled = spawnSync('codespell', ['-L', 'positionof,atleast,afterall', ...files], {
      cwd: root,
    });
    if (spelled.error !== undefined) context.skip('codespell is not installed');
    expect(spelled.stdout).toBe('');
  });
});

it.each([
  [0, '0%'],
  [0.00012, '0.012%'],
  [0.005, '0.5%'],
  [0.333, '33.3%'],
  [0.5, '50%'],
  [1, '100%'],
  [-0.25, '-25%'],
])('a share of %d is written as %s', (share, text) => {
  expect(percent(share)).toBe(text);
});
