import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/core/config/config.ts';
import { UPLOADS as FOLDER } from '../../../src/ingest/names.ts';
import { MemoryIngestion } from '../../support/memory-ingestion.ts';

/** So many that a step looks at several. */
const UPLOADS = 420;
/** Of 1,024 that a workflow has: the others count and add up. */
const MOST_LOOKS = 200;
/** It is set aside in the middle of those that a step looks at. */
const DEAR = 200;

const HEADER = 'timestamp,country_code,last_order_ts,total_orders,voucher_amount';
const rows = Array.from({ length: UPLOADS }, (_, file) => {
  const country = file % 10 === 3 ? 'Peru' : 'China';
  const amount = file === DEAR ? 1_000_000 : 10 + (file % 3);
  return `2026-06-${10 + (file % 19)},${country},2026-01-0${1 + (file % 9)},${file % 40},${amount}`;
});

async function uploaded(files: readonly (readonly string[])[]): Promise<MemoryIngestion> {
  const parsed = parseConfig({
    segments: { s: { of: 'total_orders', bands: [{ name: 'all', min: 0 }] } },
    default_segment: 's',
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const deployment = new MemoryIngestion(parsed.value);
  for (const [index, lines] of files.entries()) {
    const path = `/uploads/${String(index).padStart(3, '0')}.csv`;
    const { status } = await deployment.ask('PUT', path, `${[HEADER, ...lines].join('\n')}\n`);
    expect(status).toBe(202);
  }
  await deployment.settle();
  return deployment;
}

it('hundreds of uploads at once go live together, looked at in no more steps than a workflow has', async () => {
  const many = await uploaded(rows.map((row) => [row]));
  const [run] = await many.sequencer.runs();
  const one = await uploaded([rows.filter((_, file) => file !== DEAR)]);
  const [alone] = await one.sequencer.runs();

  expect(run).toMatchObject({ state: 'published', version: alone?.version });
  expect(run?.looked_at.flatMap(({ state, name }) => (state === 'joined' ? [] : [name]))).toEqual([
    '200.csv',
  ]);
  const looks = run?.steps.filter(({ name }) => name.startsWith('look at ')) ?? [];
  expect(looks.length).toBeLessThanOrEqual(MOST_LOOKS);
  // What each of them changes would make the result of a step too large.
  expect(run?.looked_at.filter(({ changes }) => changes !== null).length).toBeLessThan(MOST_LOOKS);
});

it('a run that may pass the guards hands that on to the next where it counts not all files, which adds them up in steps', async () => {
  const deployment = await uploaded([]);
  // More than the 150 that a run counts, and than the 250 cubes that a step adds up.
  const plain = rows.filter((_, file) => file !== DEAR).slice(0, 260);
  for (const [index, row] of plain.entries()) {
    await deployment.bucket.put(`${FOLDER}${String(index).padStart(3, '0')}.csv`, `${HEADER}\n${row}\n`);
  }
  await deployment.sequencer.notify(['all'], { force: true });
  await deployment.settle();
  const runs = (await deployment.sequencer.runs()).map(({ state, force }) => ({ state, force }));
  const goesOn = { state: 'continued', force: true };
  expect(runs).toEqual([{ state: 'published', force: true }, goesOn]);

  await deployment.bucket.put(`${FOLDER}last.csv`, `${HEADER}\n${rows[0]}\n`);
  await deployment.cron();
  await deployment.settle();
  const [newest] = await deployment.sequencer.runs();
  expect(newest?.steps.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['merge 1 of 2', 'merge 2 of 2', 'look at 1 of 1']),
  );
  const whole = await uploaded([[...plain, rows[0] ?? '']]);
  const [alone] = await whole.sequencer.runs();
  expect(newest).toMatchObject({ state: 'published', version: alone?.version });
});
