import { h } from '../lib/dom.ts';
import { THIN } from './attention.ts';
import { type Measure, STEPS } from './grid.ts';

/** What the colours of a map mean. */
export function legend({ within }: Measure): HTMLElement {
  const steps = Array.from({ length: STEPS }, (_, step) => h('span', { class: `swatch step-${step}` }));
  const scale =
    within === 'country'
      ? 'shades compare within a country, since amounts are in its own currency'
      : 'shades compare in the whole map';
  return h(
    'div',
    { class: 'legend' },
    h(
      'span',
      { class: 'legend-item' },
      'lowest ',
      h('span', { class: 'swatches', 'aria-hidden': 'true' }, steps),
      ' highest',
    ),
    h('span', { class: 'legend-item' }, scale),
    h(
      'span',
      { class: 'legend-item' },
      h('span', { class: 'swatch cell-thin step-1', 'aria-hidden': 'true' }),
      ` fewer than ${THIN} rows`,
    ),
    h(
      'span',
      { class: 'legend-item' },
      h('span', { class: 'swatch cell-empty', 'aria-hidden': 'true' }),
      ' no history',
    ),
  );
}
