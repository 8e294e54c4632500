import { THIN } from '../lib/certainty.ts';
import { amount, count, NONE, plural, words } from '../lib/format.ts';
import { useGridKeys } from '../lib/grid-keys.ts';
import { Field, Select, shaded } from '../lib/parts.tsx';
import type { Cell } from '../lib/service.ts';
import { useQuery } from '../lib/view.tsx';
import { fractionsOf, type Grid, type Measure, type Row, rowsOf, shadeOf, shownValue } from './grid.ts';

/** More bands than this do not fit side by side: they scroll. */
const MOST_EVEN = 14;
/** From so many countries on there is a field to find some. */
const MANY = 8;

export interface MapProps {
  grid: Grid;
  measure: Measure;
  open: (country: string, band: string) => void;
}

/** Countries × bands as a table whose cells are buttons: the colours say nothing that its words do not. */
export function HeatMap({ grid, measure, open }: MapProps) {
  const [query] = useQuery();
  const find = query.get('find') ?? '';
  const rows = sorted(grid, measure, query.get('sort') ?? '').filter(({ country }) =>
    contains(country, find),
  );
  const fractions = fractionsOf(grid, measure);
  const keys = useGridKeys();
  return (
    <div>
      {grid.rows.length > MANY ? <FindAndSort grid={grid} found={rows.length} /> : null}
      <Scroll label={`Map of ${words(grid.segment)}`} tall={grid.rows.length > MANY}>
        <table {...keys} class={grid.bands.length <= MOST_EVEN ? 'heat heat-even' : 'heat'}>
          <caption class="unseen">{`${measure.label} by country and band of ${words(grid.segment)}`}</caption>
          <thead>
            <tr>
              <th scope="col">Country</th>
              {grid.bands.map((band) => (
                <th scope="col" key={band} title={band}>
                  <bdi>{band}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.country}>
                <CountryHead row={row} scope="row" />
                {grid.bands.map((band, column) => (
                  <td key={band}>
                    <CellButton
                      {...{ grid, measure, row, column, open, fractions: fractions(row.currency) }}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}

/** A table that may be wider or taller than its place; at the edges shadows hint that there is more. */
export function Scroll({ label, tall, children }: { label: string; tall: boolean; children?: unknown }) {
  return (
    <section class={tall ? 'scroll scroll-tall' : 'scroll'} aria-label={label}>
      {children as string}
    </section>
  );
}

export function CountryHead({ row: { country, currency }, scope }: { row: Row; scope: 'row' | 'col' }) {
  return (
    <th scope={scope} title={country} dir="auto">
      {country}
      {currency === undefined ? null : <span class="currency"> {currency}</span>}
    </th>
  );
}

export function contains(text: string, wanted: string): boolean {
  return text.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase());
}

function FindAndSort({ grid, found }: { grid: Grid; found: number }) {
  const [query, change] = useQuery();
  const all = grid.rows.length;
  return (
    <div class="controls find">
      <FindField label="Find a country" placeholder="a part of its name" />
      <Select
        id="sort"
        label="Order"
        value={query.get('sort') ?? ''}
        options={[
          ['', 'by name'],
          ['rows', 'most rows first'],
          ...grid.bands.map((band) => [`band.${band}`, `${band}, highest first`] as const),
        ]}
        change={(sort) => change({ sort })}
      />
      <p class="hint" role="status">
        {found === all
          ? plural(all, 'country', 'countries')
          : `${count(found)} of ${plural(all, 'country', 'countries')}`}
      </p>
    </div>
  );
}

export function FindField({ label, placeholder }: { label: string; placeholder: string }) {
  const [query, change] = useQuery();
  return (
    <Field
      id="find"
      label={label}
      type="search"
      placeholder={placeholder}
      value={query.get('find') ?? ''}
      onInput={(event: Event) => change({ find: (event.target as HTMLInputElement).value }, 'replace')}
    />
  );
}

/** @returns the rows of a map in the order that is asked for: by name, by rows, or by the value of a band */
function sorted({ rows, bands }: Grid, measure: Measure, by: string): Row[] {
  const band = bands.indexOf(by.replace(/^band\./, ''));
  const value = ({ cells }: Row) =>
    by === 'rows' ? rowsOf(cells) : (shownValue(measure, cells[band] ?? null) ?? Number.NEGATIVE_INFINITY);
  return by === 'rows' || band >= 0 ? rows.toSorted((a, b) => value(b) - value(a)) : rows;
}

interface CellProps extends MapProps {
  row: Row;
  column: number;
  fractions: boolean;
}

/** @returns what is written in a cell */
export function cellText(measure: Measure, cell: Cell, fractions: boolean): string {
  if (measure.within === 'map') return count(cell.count ?? 0);
  return measure.name === 'served'
    ? amount(cell.voucher_amount, fractions && cell.voucher_amount !== 0)
    : amount(shownValue(measure, cell), fractions);
}

/** One cell: its value on its step of the scale; marked where it is thin, hatched where the history has nothing. */
export function CellButton({ grid, measure, row, column, open, fractions }: CellProps) {
  const cell = row.cells[column] ?? null;
  if (cell === null) {
    return (
      <span class="cell cell-none" role="img" aria-label="does not decide here">
        {NONE}
      </span>
    );
  }
  const shade = shadeOf(grid, measure, row, column);
  const rows = cell.count ?? 0;
  const thin = rows > 0 && rows < THIN;
  const band = grid.bands[column] ?? '';
  const text = cellText(measure, cell, fractions);
  const from = measure.name === 'served' && cell.source !== 'segment' ? cell.source : null;
  const said = [
    from === null ? text : `${text} · ${from}`,
    rows === 0 ? 'no history' : plural(rows, 'row'),
    thin && 'thin',
    shade?.chance && 'within chance of the country',
  ];
  const step = shade === null ? undefined : `${measure.within === 'map' ? 'step' : 'lean'}-${shade.step}`;
  const kind = step === undefined ? 'cell-empty' : `${step}${shade?.chance ? ' cell-chance' : ''}`;
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`cell ${kind}${thin ? ' cell-thin' : ''}`}
      style={shaded(step)}
      aria-haspopup="dialog"
      aria-label={`${row.country}, ${band}: ${said.filter(Boolean).join(', ')}`}
      onClick={() => open(row.country, band)}
    >
      {text}
      {from === null ? null : <small> · {from}</small>}
    </button>
  );
}
