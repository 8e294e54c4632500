import { useEffect, useRef, useState } from 'hono/jsx/dom';
import type { Result } from '../lib/api.ts';
import { saveFile } from '../lib/csv.ts';
import { words } from '../lib/format.ts';
import { Button, Choice, Headline } from '../lib/parts.tsx';
import { type Description, description, type Table, table } from '../lib/service.ts';
import { say } from '../lib/status.tsx';
import { both, Loaded, useLeft, useQuery } from '../lib/view.tsx';
import { openCell } from './cell.tsx';
import { CellMap } from './cell-map.tsx';
import { csvOf, type Grid, gridOf, MEASURES, measureNamed } from './grid.ts';
import { askedSegment, SegmentSelect, segmentNames } from './segment-options.tsx';

/** What the history says of each country and band; a cell opens its figures. All that is chosen is in the address. */
export const view = () => (
  <>
    <Headline title="Segments">
      What each country and band is given, and what the history says of it. Choose a cell for its figures. See
      the <a href="#/glossary">glossary</a> for the words.
    </Headline>
    <Loaded what="the segments" load={description} show={(artifact) => <Segment artifact={artifact} />} />
  </>
);

function Segment({ artifact }: { artifact: Description }) {
  const [query, change] = useQuery();
  const of = askedSegment(artifact, query);
  return (
    <>
      <div class="controls">
        <SegmentSelect
          artifact={artifact}
          value={of}
          change={(name) =>
            change({ of: name, by: query.get('by') ?? '', find: '', sort: '', ...NO_CELL, ...noParts(query) })
          }
        />
        <Choice
          legend="Show"
          name="measure"
          value={measureNamed(query.get('by')).name}
          options={MEASURES.map(({ name, label }) => [name, label] as const)}
          change={(by) => change({ by })}
        />
      </div>
      <Loaded
        what="the table"
        of={of}
        load={() => cellsOf(artifact, of)}
        show={([cells, current]) => <Figure grid={gridOf(current, cells, of)} artifact={current} />}
      />
    </>
  );
}

const NO_CELL = { at: '', band: '' };

function noParts(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...query.keys()].filter((name) => name.startsWith('part.')).map((name) => [name, '']),
  );
}

/** Another version may have gone live since the page was opened: then what is known of it is old. */
async function cellsOf(artifact: Description, of: string): Promise<Result<[Table, Description]>> {
  const cells = await table([of], true);
  const same = !cells.ok || cells.value.version === artifact.version;
  return both(cells, same ? { ok: true, value: artifact } : description());
}

/** Shows the dialog of the cell that the address names. @returns a function that opens another one */
function useCellDialog(grid: Grid, { config }: Description): (country: string, band: string) => void {
  const [query, change] = useQuery();
  const left = useLeft();
  const clicked = useRef(false);
  const [at, band] = [query.get('at') ?? '', query.get('band') ?? ''];
  useEffect(() => {
    const dialog = openCell(grid, config, at, band);
    let isAsked = true;
    dialog?.addEventListener('close', () => {
      // A view that is left ends no effects: its dialogs are closed for it.
      if (!isAsked || left.aborted) return;
      // The step that a click made is taken back; an address that was opened as it is, is changed in place.
      if (clicked.current) history.back();
      else change(NO_CELL, 'replace');
      clicked.current = false;
    });
    return () => {
      isAsked = false;
      dialog?.close();
    };
  }, [grid.version, grid.segment, at, band]);

  return (country, chosen) => {
    clicked.current = true;
    change({ at: country, band: chosen });
  };
}

/** The map of a segment of bands, or the list of a segment of combinations, with what belongs to it. */
function Figure({ grid, artifact }: { grid: Grid; artifact: Description }) {
  const [query] = useQuery();
  const [saving, setSaving] = useState('');
  const measure = measureNamed(query.get('by'));
  const open = useCellDialog(grid, artifact);
  const exportAll = async () => {
    setSaving('Reading all segments …');
    const all = segmentNames(artifact);
    const cells = await table(all);
    setSaving(cells.ok ? '' : `The table cannot be read: ${cells.detail}`);
    if (!cells.ok) return;
    const text = csvOf(all.map((name) => gridOf(artifact, cells.value, name)));
    saveFile(`segments-${cells.value.version}.csv`, [text], 'text/csv');
    say('Saved');
  };
  return (
    <section class="card figure" aria-label={`${words(grid.segment)} by ${measure.label}`}>
      <div class="figure-head">
        <div>
          <h2>{words(grid.segment)}</h2>
          <p class="hint">{grid.about}</p>
          <p class="hint" role="status">
            {saving}
          </p>
        </div>
        <div class="buttons">
          <Button click={() => saveFile(`${grid.segment}-${grid.version}.csv`, [csvOf([grid])], 'text/csv')}>
            Export as CSV
          </Button>
          <Button click={() => void exportAll()}>Export all segments</Button>
        </div>
      </div>
      <CellMap grid={grid} measure={measure} open={open} />
    </section>
  );
}
