import type { DecidingConfig } from '../../core/config/deciding.ts';
import { certainty, THIN } from '../lib/certainty.ts';
import { openDialog } from '../lib/dialog.tsx';
import { amount, count, fixedPercent, haveFractions, plural, priced, words } from '../lib/format.ts';
import { Figure, Pill } from '../lib/parts.tsx';
import { addressOf } from '../lib/router.ts';
import type { Cell } from '../lib/service.ts';
import { Distribution } from './distribution.tsx';
import { bandLabel, type Grid, type Row } from './grid.ts';
import { Trend } from './trend.tsx';

/**
 * Opens the figures of a cell: what is served, how sure that is, the amounts that were given, and how it went.
 *
 * @returns the dialog; null where the cell decides nothing
 */
export function openCell(
  grid: Grid,
  config: DecidingConfig,
  country: string,
  band: string,
): HTMLDialogElement | null {
  const row = grid.rows.find((one) => one.country === country);
  const cell = row?.cells[grid.bands.indexOf(band)];
  if (!row || !cell) return null;
  const { currency } = row;
  const parts = grid.parts.map(({ segment }) => segment);
  const title = (
    <>
      <bdi>{country}</bdi>, <bdi>{bandLabel(band, parts)}</bdi>
    </>
  );
  return openDialog({ title, about: words(grid.segment) }, () => (
    <div class="dialog-body">
      <Served cell={cell} currency={currency} />
      {cell.count ? (
        <>
          <p class="certainty">
            With 95% confidence the mean of such customers is <strong>{certainty(cell, currency)}</strong>.
          </p>
          <Distribution cell={cell} />
          <Spread cell={cell} />
          <Trend grid={grid} row={row} cell={cell} band={band} />
        </>
      ) : (
        <Nothing cell={cell} grid={grid} config={config} row={row} />
      )}
    </div>
  ));
}

const FROM = {
  segment: 'from this cell',
  country: 'from the country as a whole',
  default: 'the default',
} as const;

function Served({ cell, currency }: { cell: Cell; currency: string | undefined }) {
  const { voucher_amount, source, count: rows = 0 } = cell;
  return (
    <p class="served">
      <span class="served-amount">{priced(voucher_amount, currency)}</span>
      <span class="served-note">is served, {FROM[source]}</span>
      {source === 'segment' && rows < THIN && <Pill kind="warn">only {plural(rows, 'row')}</Pill>}
    </p>
  );
}

interface NothingProps {
  cell: Cell;
  grid: Grid;
  config: DecidingConfig;
  row: Row;
}

/** What a customer of an empty cell gets, and what would change that. */
function Nothing({ cell: { source }, grid, config, row }: NothingProps) {
  const next = source === 'default' ? 'the default amount' : 'the amount of the country as a whole';
  const country = row.overall?.mean;
  const link = (query: Record<string, string>) => (
    <a href={addressOf('what-if', { of: grid.segment, ...query })}>See what would change</a>
  );
  return (
    <div class="nothing">
      <p>The history has no row here, so customers of this band get {next}.</p>
      {source === 'default' && (
        <>
          <h3>What would change it</h3>
          <ul>
            {country != null && !config.fallback.includes('country') && (
              <li>
                <code>"fallback": ["country"]</code> in the config answers with the country, whose mean is{' '}
                {priced(country, row.currency)}. {link({ fallback: 'country' })}.
              </li>
            )}
            <li>
              <code>"default_amount"</code> in the config sets another default. {link({})}.
            </li>
            <li>A wider band, or a segment that has rows for these customers, answers from the history.</li>
          </ul>
        </>
      )}
    </div>
  );
}

function Spread({ cell }: { cell: Cell }) {
  const { count: rows = 0, observed = 0, mean, median, mode, q1, q3 } = cell;
  const fractions = haveFractions([mean, median, mode, q1, q3]);
  const without = rows - observed;
  return (
    <dl class="figures">
      <Figure
        name="Rows"
        value={count(rows)}
        note={without > 0 && observed > 0 && `${count(without)} without an amount`}
      />
      <Figure name="Mean" value={amount(mean, fractions)} />
      <Figure name="Median" value={amount(median, fractions)} />
      <Figure name="Mode" value={amount(mode, fractions)} note={modeShare(cell)} />
      {q1 != null && q3 != null && (
        <Figure name="Middle half" value={`${amount(q1, fractions)} – ${amount(q3, fractions)}`} />
      )}
    </dl>
  );
}

function modeShare({ mode, observed = 0, amounts = {} }: Cell): string {
  const most = mode == null ? 0 : (amounts[String(mode)] ?? 0);
  return most > 0 && observed > 0 ? `${fixedPercent(most / observed)} of rows` : '';
}
