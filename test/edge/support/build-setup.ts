import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TestProject } from 'vitest/node';
import { buildArtifact } from '../../../build/commands/build-artifact.ts';
import { startTeam } from '../../support/access-team.ts';
import { startHooks } from '../../support/hooks.ts';
import { once } from '../../support/once.ts';
import { runCommand } from '../../unit/support/command.ts';
import { type Builds, SETS, type SetName } from './uploads.ts';

/**
 * Runs on Node before the tests in workerd: builds what their pipeline has to publish, with the real build, and serves webhooks
 * and the keys of Cloudflare Access.
 *
 * @returns what ends those servers
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('builds', await once('builds', builds));
  const [hooks, team] = [await startHooks(), await startTeam()];
  project.provide('hooks', hooks.origin);
  project.provide('team', team.origin);
  return async () => {
    await hooks.stop();
    await team.stop();
  };
}

async function builds(): Promise<Builds> {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-edge-builds-'));
  try {
    const names = Object.values(SETS).flat();
    const files = Object.fromEntries(names.map((name) => [name, contentOf(name)]));
    const built: [set: string, texts: readonly string[]][] = [];
    for (const [set, members] of Object.entries(SETS)) {
      built.push([set, await build(join(folder, set), members, files)]);
    }
    const part = (which: 0 | 1) =>
      Object.fromEntries(built.map(([set, texts]) => [set, texts[which]])) as Record<SetName, string>;
    const encoded = Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')]);
    return { files: Object.fromEntries(encoded), artifacts: part(0), statistics: part(1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function build(
  folder: string,
  names: readonly string[],
  files: Record<string, Buffer>,
): Promise<[table: string, statistics: string]> {
  const history = join(folder, 'history');
  mkdirSync(history, { recursive: true });
  for (const name of names) writeFileSync(join(history, name), files[name] ?? '');
  const out = join(folder, 'out');
  const { code, err } = await runCommand(buildArtifact, ['--input', history, '--out', out]);
  if (code !== 0) throw new Error(err);
  return [
    readFileSync(join(out, 'current.json'), 'utf8'),
    readFileSync(join(out, 'current.statistics.json'), 'utf8'),
  ];
}

/** Rows with the diseases of a history; each file has its own. */
function contentOf(name: string): Buffer {
  const seed = Array.from(name, (letter) => letter.charCodeAt(0)).reduce(
    (sum, code) => (sum * 31 + code) % 9973,
    7,
  );
  const length = name.startsWith('small') ? 12 : 60;
  const rows = Array.from({ length }, (_, row) => {
    const n = seed + row * 37;
    const day = String(1 + (n % 27)).padStart(2, '0');
    const country = ['Peru', 'peru', 'Latvia', '"Côte, d’Ivoire"'][n % 4];
    const orders = n % 11 === 0 ? '' : `${n % 50}.0`;
    const amount = n % 13 === 0 ? '' : String(20 + (n % 4) * 10);
    const last = n % 17 === 0 ? '2019-01-01' : `2018-0${1 + (n % 5)}-${day}`;
    return `2018-07-${day} 10:00:00,${country},${last},2017-03-${day} 00:00:00.102761,${orders},${amount}`;
  });
  const header = 'timestamp,country_code,last_order_ts,first_order_ts,total_orders,voucher_amount';
  const text = [header, ...rows, ''].join(seed % 2 === 0 ? '\r\n' : '\n');
  return name.endsWith('.gz') ? gzipSync(text) : Buffer.from(text);
}
