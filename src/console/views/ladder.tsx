import type { Step } from '../../core/decide/schema.ts';
import { plural, words } from '../lib/format.ts';
import { Pill, Sentence } from '../lib/parts.tsx';
import { bandLabel } from './grid.ts';

/** The result of a step, in a word or two. */
const OUTCOMES: Record<Step['outcome'], string> = {
  answered: 'answers',
  unknown_country: 'unknown country',
  no_band: 'no band',
  no_rows: 'no rows',
  too_few_rows: 'left out',
  no_amount: 'no amount',
};

const SOURCES: Record<Step['source'], string> = {
  segment: 'Segment',
  country: 'Country',
  default: 'Default',
};

interface LadderProps {
  steps: readonly Step[];
  /** See {@link bandLabel}. */
  segments: readonly string[];
  /** That was asked for. */
  segment: string;
}

/** The steps that were tried, from the first to the one that answers. */
export function Ladder({ steps, segments, segment }: LadderProps) {
  // A band comes with the segment that it is of.
  const nameOf = (name: string) =>
    name.startsWith(`${segment} `)
      ? `${words(segment)} ${name.slice(segment.length + 1)}`
      : bandLabel(name, segments);
  return (
    <ol class="ladder">
      {steps.map(({ source, looked_up, rows, outcome, reason }) => {
        const answers = outcome === 'answered';
        return (
          <li class={answers ? `rung rung-answers rung-${source}` : 'rung'}>
            <span class="rung-name">{looked_up === null ? SOURCES[source] : nameOf(looked_up)}</span>
            <Pill kind={!answers ? 'quiet' : source === 'default' ? 'warn' : 'good'}>
              {OUTCOMES[outcome] ?? outcome}
            </Pill>
            <span class="rung-why">
              <Sentence
                of={
                  source === 'segment' && answers && rows !== null
                    ? `from ${plural(rows, 'row')} of history`
                    : withoutName(reason, looked_up)
                }
              />
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** The reason begins with the name of what was looked up, which is above it already. */
function withoutName(reason: string, name: string | null): string {
  return name !== null && reason.startsWith(`${name}: `) ? reason.slice(name.length + 2) : reason;
}
