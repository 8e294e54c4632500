import { THIN } from '../lib/certainty.ts';
import { Key, shaded, Term } from '../lib/parts.tsx';
import { Combinations } from './combinations.tsx';
import { SPAN, STEPS } from './grid.ts';
import { HeatMap, type MapProps } from './heat-map.tsx';

/** A segment as a map of its cells: countries and bands, or a list of combinations; and what its colours mean. */
export function CellMap(props: MapProps) {
  return (
    <>
      {props.grid.combined ? <Combinations {...props} /> : <HeatMap {...props} />}
      <Legend {...props} />
    </>
  );
}

function Legend({ grid, measure: { within } }: MapProps) {
  const currencies = grid.rows.map(({ currency }) => currency);
  const span = `${Math.round(SPAN * 100)}%`;
  const scale = within === 'map' ? 'step' : 'lean';
  const swatches = (
    <span class="swatches" aria-hidden="true">
      {Array.from({ length: STEPS }, (_, step) => (
        <span class="swatch" style={shaded(`${scale}-${step}`)} />
      ))}
    </span>
  );
  return (
    <div class="legend">
      <span class="legend-item legend-scale">
        {within === 'map' ? (
          <>no rows {swatches} most rows of the map</>
        ) : (
          <>
            {span} below the country’s mean, or lower {swatches} {span} above, or higher
          </>
        )}
      </span>
      {within === 'map' ? null : (
        <Key mark="swatch cell-chance" shade="lean-6">
          pale: may be chance, the country’s mean is in the 95% interval
        </Key>
      )}
      <Key mark="swatch cell-thin">fewer than {THIN} rows</Key>
      <Key mark="swatch cell-empty">no history</Key>
      {within === 'country' && grid.rows.length > 1 && currencies.includes(undefined) ? (
        <span class="legend-item">
          The config names no currency
          {currencies.some((name) => name !== undefined) ? ' for some countries' : ''}: amounts of two
          countries may be in two currencies.
        </span>
      ) : null}
      <span class="legend-item">
        <span>
          Words: <Term name="segment" />, <Term name="band" />, <Term name="rows" />, <Term name="default" />
        </span>
      </span>
    </div>
  );
}
