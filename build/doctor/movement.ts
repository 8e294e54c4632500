import { SCHEMA_VERSION } from '../../src/core/artifact/artifact.ts';
import { type Config, decidingConfig } from '../../src/core/config/config.ts';
import { Cube, qualityOf } from '../../src/core/cube/cube.ts';
import { type CompiledArtifact, compileArtifact } from '../../src/core/decide/compile.ts';
import { estimate } from '../../src/core/estimate/estimate.ts';
import { foldCountry } from '../../src/core/values.ts';

/** A cell of the decision table: a country and a band of a segment. */
export interface Cell {
  country: string;
  segment: string;
  band: string;
  /** What is served from it; null where it has none and an answer falls back. */
  amount: number | null;
  /** Kept rows. */
  rows: number;
}

/** What a change of the history does to the answers. */
export interface Movement {
  /** Cells of the table. */
  cells: number;
  /** Of these, cells that serve another amount, or one instead of none, or none any more. */
  moved: number;
  /** The cell whose amount moves furthest; null where none serves another amount. */
  largest: { country: string; segment: string; band: string; from: number; to: number } | null;
}

/** @returns the cells of all countries and bands; those of combined segments, which are made of the same rows, aside */
export function cellsOf(cube: Cube, config: Config): Map<string, Cell> {
  const banded = { ...config, combined: {} };
  const countries = estimate(cube, banded);
  const { segments, countries: positions, stride, cells } = compile(cube, banded, countries);
  const found = new Map<string, Cell>();
  for (const country of countries.keys()) {
    const start = (positions.get(foldCountry(country)) ?? 0) * stride;
    for (const table of new Set(segments.values())) {
      if (!('offset' in table)) continue;
      for (const [index, band] of table.bands.entries()) {
        const at = start + table.offset + index;
        const amount = cells.amount(at);
        found.set(JSON.stringify([foldCountry(country), table.name, band.name]), {
          country,
          segment: table.name,
          band: band.name,
          amount: Number.isNaN(amount) ? null : amount,
          rows: cells.rows(at),
        });
      }
    }
  }
  return found;
}

/** @returns what moves from one table to another; a cell that only one of them has moves if it has an amount */
export function movementBetween(
  before: ReadonlyMap<string, Cell>,
  after: ReadonlyMap<string, Cell>,
): Movement {
  const movement: Movement = { cells: before.size, moved: 0, largest: null };
  let furthest = 0;
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(key)?.amount ?? null;
    const to = after.get(key)?.amount ?? null;
    if (from === to) continue;
    movement.moved++;
    const cell = before.get(key);
    if (cell === undefined || from === null || to === null || Math.abs(to - from) <= furthest) continue;
    furthest = Math.abs(to - from);
    movement.largest = { country: cell.country, segment: cell.segment, band: cell.band, from, to };
  }
  return movement;
}

/** @returns a function that says what the answers would be if some of the rows of a cube were left out */
export function leavingOut(
  cube: Cube,
  config: Config,
  cells: ReadonlyMap<string, Cell>,
): (rows: Cube) => Movement & { if: string } {
  return (rows) => ({
    if: 'these rows were left out',
    ...movementBetween(cells, cellsOf(without(cube, rows), config)),
  });
}

/** @returns the cube of the rows of one that are not in the other, which holds some of its rows */
export function without(cube: Cube, rows: Cube): Cube {
  const rest = new Cube(cube.layout);
  for (const [country, { groups }] of cube.countries) {
    const taken = rows.countries.get(country)?.groups;
    for (const [group, amounts] of groups) {
      for (const [amount, count] of amounts) {
        const left = count - (taken?.get(group)?.get(amount) ?? 0);
        if (left > 0) rest.addRows(country, rest.periodOf(group), rest.bandsOf(group), amount, left);
      }
    }
  }
  return rest;
}

/** @returns the cube of the rows of both */
export function joined(cube: Cube, rows: Cube): Cube {
  const both = new Cube(cube.layout);
  both.merge(cube);
  both.merge(rows);
  return both;
}

function compile(cube: Cube, config: Config, countries: ReturnType<typeof estimate>): CompiledArtifact {
  return compileArtifact({
    schema_version: SCHEMA_VERSION,
    version: '',
    sources: [],
    config: decidingConfig(config),
    data: { first_timestamp: '', last_timestamp: '' },
    quality: qualityOf(cube.countries.values()),
    countries,
  });
}
