import { NO_AMOUNT, trialTable } from '../../src/core/artifact/table.ts';
import type { Config } from '../../src/core/config/config.ts';
import { decidingConfig } from '../../src/core/config/deciding-config.ts';
import { Cube } from '../../src/core/cube/cube.ts';
import { cellsIn } from '../../src/core/cube/cube-parts.ts';
import { compileArtifact, segmentsOf } from '../../src/core/decide/compile.ts';
import { entry } from '../../src/core/entry.ts';
import { estimate } from '../../src/core/estimate/estimate.ts';
import { keyOf } from '../../src/core/segments/ladder.ts';
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
  cells: number;
  /** Of these, cells that serve another amount, or one instead of none, or none any more. */
  moved: number;
  /** The cell whose amount moves furthest; null where none serves another amount. */
  largest: { country: string; segment: string; band: string; from: number; to: number } | null;
}

/** @returns the cells of all countries and bands; those of combined segments, which are made of the same rows, aside */
export function cellsOf(cube: Cube, config: Config): Map<string, Cell> {
  const banded = { ...config, combined: {} };
  const compiled = compileArtifact(trialTable(estimate(cube, banded), decidingConfig(banded)));
  const found = new Map<string, Cell>();
  for (const [index, country] of compiled.table.countries.entries()) {
    for (const { ladder, places, amounts, rows } of segmentsOf(compiled)) {
      for (const [band, { name }] of (ladder.parts[0]?.bands ?? []).entries()) {
        const place = entry(places, keyOf(ladder, [0], [band])) - 1;
        const amount = place < 0 ? NO_AMOUNT : entry(entry(amounts, index), place);
        const inCell = place < 0 ? 0 : entry(entry(rows, index), place);
        found.set(JSON.stringify([foldCountry(country), ladder.name, name]), {
          country,
          segment: ladder.name,
          band: name,
          amount: inCell === 0 || amount === NO_AMOUNT ? null : amount,
          rows: inCell,
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
  for (const [country, group, amount, count] of cellsIn(cube)) {
    const taken = rows.countries.get(country)?.groups.get(group)?.get(amount) ?? 0;
    if (taken < count) rest.addCells(country, [group, amount, count - taken]);
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
