import { useState } from 'hono/jsx/dom';
import { ANY_BAND, JOINT, partsKnown, partsOf } from '../../core/segments/cell-names.ts';
import { count, plural, words } from '../lib/format.ts';
import { useGridKeys } from '../lib/grid-keys.ts';
import { Button, Select } from '../lib/parts.tsx';
import { useQuery } from '../lib/view.tsx';
import { fractionsOf, type Grid, rowsOf } from './grid.ts';
import {
  CellButton,
  CountryHead,
  cellText,
  contains,
  FindField,
  type MapProps,
  Scroll,
} from './heat-map.tsx';

/** The combinations that are shown before more are asked for. */
const PAGE = 40;
/** Countries side by side; the others are found by their name. */
const MOST_COUNTRIES = 8;

/** A segment of combinations: they are the rows, with a column for each part, the finest level first. */
export function Combinations({ grid, measure, open }: MapProps) {
  const [query, change] = useQuery();
  const [shown, setShown] = useState(PAGE);
  const find = query.get('find') ?? '';
  const named = grid.rows.filter(({ country }) => contains(country, find));
  // What is looked for is a country, or else a part of a combination.
  const isCountry = find.trim() !== '' && named.length > 0;
  const countries = (isCountry ? named : grid.rows)
    .toSorted((a, b) => rowsOf(b.cells) - rowsOf(a.cells))
    .slice(0, MOST_COUNTRIES);
  const wanted = grid.parts.map(({ segment }) => query.get(`part.${segment}`) ?? '');
  const found = grid.bands.flatMap((band, column) => {
    const parts = partsOf(band);
    const fits = wanted.every((part, index) => part === '' || part === parts[index]);
    const decides = countries.some(({ cells }) => cells[column] != null);
    return fits && decides && (isCountry || contains(band, find)) ? [column] : [];
  });
  const size = (column: number) => partsKnown(grid.bands[column] ?? '');
  const page = found.sort((a, b) => size(b) - size(a)).slice(0, shown);
  const fractions = fractionsOf(grid, measure);
  // Where amounts wrap, each has the room of the longest.
  const widest = Math.max(
    0,
    ...countries.flatMap((row) =>
      page.map((column) => {
        const cell = row.cells[column] ?? null;
        return cell === null ? 0 : cellText(measure, cell, fractions(row.currency)).length;
      }),
    ),
  );
  const keys = useGridKeys();
  const left = found.length - page.length;
  const map =
    page.length === 0 ? null : (
      <Scroll label={`Combinations of ${words(grid.segment)}`} tall>
        <table {...keys} class="heat heat-tall" style={{ '--widest': String(widest) }}>
          <caption class="unseen">{`${measure.label} by combination and country`}</caption>
          <thead>
            <tr>
              {grid.parts.map(({ segment }) => (
                <th scope="col" class="part-head" key={segment}>
                  {words(segment)}
                </th>
              ))}
              {countries.map((row) => (
                <CountryHead key={row.country} row={row} scope="col" />
              ))}
            </tr>
          </thead>
          {[...Map.groupBy(page, (column) => levelOf(grid, column))].map(([level, columns]) => (
            <tbody key={level}>
              <tr class="level">
                <th scope="rowgroup" colspan={grid.parts.length + countries.length}>
                  {level}
                </th>
              </tr>
              {columns.map((column) => (
                <tr key={grid.bands[column]}>
                  {partsOf(grid.bands[column] ?? '').map((part, index) => (
                    <th scope="row" class={part === ANY_BAND ? 'part any' : 'part'} key={String(index)}>
                      {part === ANY_BAND ? 'any' : <bdi>{part}</bdi>}
                    </th>
                  ))}
                  {countries.map((row) => (
                    <td key={row.country}>
                      <CellButton
                        {...{ grid, measure, row, column, open, fractions: fractions(row.currency) }}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scroll>
    );
  return (
    <div>
      <div class="controls find">
        <FindField label="Country or band" placeholder="Peru, or 181+" />
        {grid.parts.map(({ segment, bands }, index) => (
          <Select
            key={segment}
            id={`part-${index}`}
            label={<span class="part-name">{words(segment)}</span>}
            value={wanted[index] ?? ''}
            options={[
              ['', 'all'],
              [ANY_BAND, 'not looked at'],
              ...bands.map((band) => [band, band] as const),
            ]}
            change={(band) => change({ [`part.${segment}`]: band })}
          />
        ))}
      </div>
      <p class="hint" role="status">
        {found.length === 0
          ? 'No combination fits.'
          : `${count(page.length)} of ${plural(found.length, 'combination')}, the finest level first, then those with the most rows.`}
        {countries.length < named.length
          ? ` ${count(countries.length)} of ${plural(named.length, 'country', 'countries')}, those with the most rows: find others by name.`
          : ''}
      </p>
      {map}
      {left > 0 ? (
        <p class="more">
          <Button click={() => setShown(shown + 4 * PAGE)}>
            {`Show ${count(Math.min(left, 4 * PAGE))} more`}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

/** @returns the level of a combination: the parts that it looks at */
function levelOf({ parts, bands }: Grid, column: number): string {
  const known = partsOf(bands[column] ?? '').flatMap((part, index) =>
    part === ANY_BAND ? [] : [words(parts[index]?.segment ?? '')],
  );
  return known.join(JOINT);
}
