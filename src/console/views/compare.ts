import type { Comparison, Versions } from '../../core/publish/versions.ts';
import { call } from '../lib/api.ts';
import { fill, h } from '../lib/dom.ts';
import { shortVersion } from '../lib/format.ts';
import { field } from '../lib/parts.ts';
import { changeQuery } from '../lib/router.ts';
import { token } from '../lib/secrets.ts';
import { loaded } from '../lib/view.ts';
import { comparison } from './comparison.ts';

export interface CompareOptions {
  known: Versions;
  served: string;
  from: string;
  to: string;
  left: AbortSignal;
}

/** A form of two versions, and what moves between them. */
export function compare(into: HTMLElement, { known, served, from, to, left }: CompareOptions): void {
  const names = [
    ...new Set([
      served,
      ...known.history.map(({ version }) => version),
      ...known.stored.map(({ version }) => version),
    ]),
  ];
  const there = new Set([served, ...known.stored.map(({ version }) => version)]);
  const choices = names.filter((version) => there.has(version));
  if (choices.length < 2) {
    fill(into);
    return;
  }
  const place = h('div');
  // One version is live: right after a move this place may still answer from the one before.
  const live = known.live?.version ?? served;
  const before = select('from', 'From', choices, from, live, choose);
  const after = select('to', 'To', choices, to, live, choose);

  function choose(): void {
    changeQuery({ from: before.value, to: after.value });
    draw();
  }

  function draw(): void {
    const query = new URLSearchParams({ from: before.value, to: after.value });
    if (before.value === after.value) {
      fill(place, h('p.all-well', 'Choose two different versions.'));
      return;
    }
    void loaded(
      place,
      { what: 'the comparison', left },
      () => call<Comparison>(`/versions/diff?${query}`, { token: token() }),
      (diff) => fill(place, comparison(diff)),
    );
  }

  fill(
    into,
    h(
      'section.card.compare',
      h('h2', { id: 'compare', tabindex: -1 }, 'What changes between two versions'),
      h('div.controls', before.element, after.element),
      place,
    ),
  );
  draw();
}

function select(
  id: string,
  label: string,
  versions: readonly string[],
  chosen: string,
  live: string,
  onChange: () => void,
) {
  const input = h(
    'select',
    { id, change: onChange },
    versions.map((version) =>
      h(
        'option',
        { value: version, selected: version === chosen },
        `${shortVersion(version)}${version === live ? ' (live)' : ''}`,
      ),
    ),
  );
  return {
    element: field(label, input),
    get value() {
      return input.value;
    },
  };
}
