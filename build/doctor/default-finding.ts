import type { CompiledArtifact } from '../../src/core/decide/compile.ts';
import { defaultShares } from '../../src/core/decide/default-share.ts';
import { defaultAnswers, defaultRemedy, shareWords } from '../../src/core/decide/default-words.ts';
import { type Finding, finding } from './finding.ts';

/** @returns which rows the default would answer, if a build were made of the history as it is */
export function defaultFindings(compiled: CompiledArtifact): Finding[] {
  const shares = defaultShares(compiled).filter(({ by_default }) => by_default > 0);
  const count = Math.max(0, ...shares.map(({ by_default }) => by_default));
  return finding('answered_by_default', count, 'rows', {
    what: 'a request like the row would get the default, which is no amount of the history',
    today: defaultAnswers(compiled.table.config, shares),
    remedy: defaultRemedy(compiled.table.config, shares),
    examples: shares.map(shareWords),
  });
}
