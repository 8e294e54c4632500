import type { Step } from '../../core/decide/explain.ts';
import { h } from '../lib/dom.ts';
import { plural, sentence, words } from '../lib/format.ts';
import { bandLabel } from './grid.ts';

/** Why a rung was left, in a word or two. */
const OUTCOMES: Record<Step['outcome'], string> = {
  answered: 'answers',
  unknown_country: 'unknown country',
  no_band: 'no band',
  no_rows: 'no rows',
  too_few_rows: 'too few rows',
  no_amount: 'no amount',
};

const RUNGS: Record<Step['rung'], string> = { segment: 'Segment', country: 'Country', default: 'Default' };

/** The rungs that were tried, from the first to the one that answers. @param segments see {@link bandLabel} @param segment that was asked for */
export function ladder(steps: readonly Step[], segments: readonly string[], segment: string): HTMLElement {
  // A band comes with the segment that it is of.
  const nameOf = (name: string) =>
    name.startsWith(`${segment} `)
      ? `${words(segment)} ${name.slice(segment.length + 1)}`
      : bandLabel(name, segments);
  return h(
    'ol.ladder',
    steps.map(({ rung, looked_up, rows, outcome, reason }) => {
      const answers = outcome === 'answered';
      const kind = !answers ? 'quiet' : rung === 'default' ? 'warn' : 'good';
      return h(
        'li',
        { class: answers ? `rung rung-answers rung-${rung}` : 'rung' },
        h('span.rung-name', looked_up === null ? RUNGS[rung] : nameOf(looked_up)),
        h(`span.pill.pill-${kind}`, OUTCOMES[outcome] ?? outcome),
        h(
          'span.rung-why',
          rung === 'segment' && answers && rows !== null
            ? `from ${plural(rows, 'row')} of history`
            : sentence(withoutName(reason, looked_up)),
        ),
      );
    }),
  );
}

/** The reason begins with the name of what was looked up, which is above it already. */
function withoutName(reason: string, name: string | null): string {
  return name !== null && reason.startsWith(`${name}: `) ? reason.slice(name.length + 2) : reason;
}
