import { fill, h } from '../lib/dom.ts';
import { words } from '../lib/format.ts';
import { remember } from '../lib/router.ts';
import { type Description, description, table } from '../lib/service.ts';
import { both, loaded, type View } from '../lib/view.ts';
import { openCell } from './cell.ts';
import { combinations } from './combinations.ts';
import { download } from './csv.ts';
import { type Grid, gridOf, MEASURES, type MeasureName, measureNamed } from './grid.ts';
import { heatMap } from './heat-map.ts';
import { legend } from './legend.ts';

/** What each segment says of each country; a cell opens what is behind it. */
export const segments: View = (into, { query, left }) => {
  const inside = h('div', { class: 'view' });
  const lead = 'What the history says of each country and band. Choose a cell to see what is behind it.';
  const headline = h(
    'header',
    { class: 'headline' },
    h('h1', {}, 'Segments'),
    h('p', { class: 'lead' }, lead),
  );
  fill(into, headline, inside);
  void loaded(inside, { what: 'the segments', left }, description, (artifact) => {
    const names = [...Object.keys(artifact.config.segments), ...Object.keys(artifact.config.combined ?? {})];
    const asked = query.get('of') ?? '';
    let of = names.includes(asked)
      ? asked
      : (names.find((name) => name === 'recency_segment') ?? names[0] ?? '');
    let by = measureNamed(query.get('by')).name;
    const place = h('div', { class: 'grid-place' });
    let grid: Grid | null = null;

    const draw = () => {
      remember('segments', { of, by });
      if (grid !== null) fill(place, figure(grid, by));
    };
    const read = () =>
      loaded(
        place,
        { what: 'the table', left },
        async () => {
          const cells = await table([of], true);
          // Another version may have gone live since the page was opened: then what is known of it is old.
          const same = !cells.ok || cells.value.version === artifact.version;
          return both(cells, same ? { ok: true, status: 200, value: artifact } : await description());
        },
        ([cells, current]) => {
          grid = gridOf(current, cells, of);
          draw();
        },
      );
    const onSegment = (name: string) => {
      of = name;
      grid = null;
      void read();
    };
    const onMeasure = (name: MeasureName) => {
      by = name;
      draw();
    };
    fill(
      into,
      headline,
      h('div', { class: 'controls' }, chooseSegment(artifact, of, onSegment), chooseMeasure(by, onMeasure)),
      place,
    );
    void read();
  });
};

/** The map of a segment of bands, or the list of a segment of combinations, with what belongs to it. */
function figure(grid: Grid, by: MeasureName): HTMLElement {
  const measure = measureNamed(by);
  const open = (row: number, column: number) => openCell(grid, row, column);
  const map = grid.combined ? combinations(grid, measure, open) : heatMap(grid, measure, open);
  const save = () => download(grid);
  return h(
    'section',
    { class: 'card figure', 'aria-label': `${words(grid.segment)} by ${measure.label}` },
    h(
      'div',
      { class: 'figure-head' },
      h('div', {}, h('h2', {}, words(grid.segment)), h('p', { class: 'hint' }, grid.about)),
      h('button', { type: 'button', class: 'button', click: save }, 'Export as CSV'),
    ),
    map,
    legend(measure),
  );
}

function chooseSegment(
  { config }: Description,
  chosen: string,
  onChange: (name: string) => void,
): HTMLElement {
  const options = (names: string[]) =>
    names.map((name) => h('option', { value: name, selected: name === chosen }, words(name)));
  const combined = Object.keys(config.combined ?? {});
  const select = h(
    'select',
    { id: 'segment', change: () => onChange(select.value) },
    options(Object.keys(config.segments)),
    combined.length > 0 && h('optgroup', { label: 'Taken jointly' }, options(combined)),
  );
  return h('div', { class: 'field' }, h('label', { for: 'segment' }, 'Segment'), select);
}

function chooseMeasure(chosen: MeasureName, onChange: (name: MeasureName) => void): HTMLElement {
  return h(
    'fieldset',
    { class: 'choice' },
    h('legend', {}, 'Show'),
    h(
      'div',
      { class: 'choice-row' },
      MEASURES.map(({ name, label }) =>
        h(
          'label',
          {},
          h('input', {
            type: 'radio',
            name: 'measure',
            value: name,
            checked: name === chosen,
            change: () => onChange(name),
          }),
          h('span', {}, label),
        ),
      ),
    ),
  );
}
