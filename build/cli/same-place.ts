import type { Terminal } from './terminal.ts';

/** What chooses the place of uploads, and that of versions. */
const OF_UPLOADS = ['url'];
const OF_VERSIONS = ['remote', 'env', 'data', 'persist-to'];

const NAMED =
  /npm run artifact -- (?:(uploads) [a-z]+|(?:publish|rollback|hold|release|list|show|diff|history|prune)\b)/g;

/**
 * Commands that words tell people to run go to the place that this one was called for: pasted as they stand they would
 * otherwise change, or look at, another deployment.
 *
 * @param values of the options
 */
export function inSamePlace(terminal: Terminal, values: Readonly<Record<string, unknown>>): Terminal {
  const flags = (names: readonly string[]) =>
    names.flatMap((name) => (values[name] ? [` --${name}${shellValue(values[name])}`] : [])).join('');
  const ofUploads = flags(OF_UPLOADS);
  const ofVersions = flags(OF_VERSIONS);
  if (ofUploads + ofVersions === '') return terminal;
  const words = (text: string) =>
    text.replace(NAMED, (named, uploads) => named + (uploads ? ofUploads : ofVersions));
  return {
    ...terminal,
    out: (text) => terminal.out(words(text)),
    err: (text) => terminal.err(words(text)),
    say: (label, sentence) => terminal.say(label, words(sentence)),
    warn: (sentence) => terminal.warn(words(sentence)),
  };
}

/** As a shell takes it. */
function shellValue(value: unknown): string {
  if (typeof value !== 'string') return '';
  return ` ${/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}`;
}
