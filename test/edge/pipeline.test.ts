import { introspectWorkflow, runDurableObjectAlarm, type WorkflowModifier } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { fieldsOf } from '../../src/core/history/csv-shape.ts';
import { listEntries } from '../../src/core/publish/history.ts';
import { POINTER_KEY } from '../../src/core/publish/pointer.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { withRoutes } from '../../src/routes/ingestion.ts';
import { bundledStore } from '../../src/store/bundled.ts';
import { realKv } from './support/kv.ts';
import {
  afresh,
  built,
  deliver,
  drop,
  dropAs,
  fileBytes,
  idle,
  ingestion,
  keysBelow,
  liveText,
  message,
  namesIn,
  patrolled,
} from './support/pipeline.ts';

afresh();

const STEPS = ['list', 'count 1 of 1', 'take in', 'merge 1 of 1', 'look at 1 of 1', 'estimate', 'publish'];

/** Has the steps of the runs to come fail; retries do not wait. */
async function failing(change: (modifier: WorkflowModifier) => Promise<void>) {
  const workflow = await introspectWorkflow(env.INGEST);
  await workflow.modifyAll(async (modifier) => {
    await modifier.disableRetryDelays();
    await change(modifier);
  });
  return workflow;
}

describe('what is live is what a build from the files in the bucket gives', () => {
  it('for one file, and for those that come after it, plain or gzip', async () => {
    await drop('a.csv');
    expect(await deliver(message('a.csv'))).toMatchObject({
      state: 'published',
      because: ['PutObject a.csv'],
      counts: { files: 1, counted: 1, reused: 0, quarantined: 0, rows_read: 60 },
    });
    expect(await liveText()).toBe(built('a'));
    await drop('b.csv.gz', 'c.csv');
    const run = await deliver(message('b.csv.gz'), message('c.csv'));
    expect(run).toMatchObject({ state: 'published', counts: { files: 3, counted: 2, reused: 1 } });
    expect(run.version).toBe(JSON.parse(built('abc')).version);
    expect(run.steps.map(({ name, state, attempts }) => [name, state, attempts])).toEqual(
      [
        'list',
        'count 1 of 2',
        'count 2 of 2',
        'take in',
        'merge 1 of 1',
        'look at 1 of 2',
        'look at 2 of 2',
        'estimate',
        'publish',
        'sweep',
      ].map((name) => [name, 'done', 1]),
    );
    expect(await liveText()).toBe(built('abc'));
    expect(await keysBelow('runs/')).toEqual([]);
  });

  it('for a file of JSON lines with the rows of a CSV file', async () => {
    const [header = '', ...rows] = new TextDecoder().decode(fileBytes('a.csv')).trimEnd().split(/\r?\n/);
    const names = header.split(',');
    const objects = rows.map((row) =>
      fieldsOf(row, ',').map((text, at) => [names[at], text === '' ? null : text]),
    );
    await dropAs(
      'a.ndjson',
      objects.map((fields) => `${JSON.stringify(Object.fromEntries(fields))}\n`).join(''),
    );
    const run = await deliver(message('a.ndjson'));
    expect(run).toMatchObject({ state: 'published', counts: { rows_read: 60, quarantined: 0 } });
    expect(await liveText()).toBe(built('a'));
  });

  it('when a file is deleted', async () => {
    await drop(...namesIn('abc'));
    await deliver(message('a.csv'));
    await ingestion().bucket.delete('uploads/b.csv.gz');
    const run = await deliver(message('b.csv.gz', 'DeleteObject'));
    expect(run).toMatchObject({ state: 'published', counts: { files: 2, counted: 0, reused: 2 } });
    expect(await liveText()).toBe(built('ac'));
    expect(await keysBelow('cubes/')).toHaveLength(2);
  });

  it('when the same file and the same messages come again and again', async () => {
    for (let time = 0; time < 3; time++) {
      await drop('a.csv');
      await deliver(message('a.csv'), message('a.csv'));
    }
    const states = (await ingestion().sequencer.runs()).map(({ state }) => state);
    expect(states).toEqual(['unchanged', 'unchanged', 'published']);
    expect(await liveText()).toBe(built('a'));
    // The bundled version is the first.
    expect(await listEntries(realKv())).toHaveLength(2);
  });

  it('when twenty files are put at once', async () => {
    const app = createApp({
      store: bundledStore(null),
      clock: systemClock,
      log: () => {},
      adminToken: 'token',
      ingestion: withRoutes(ingestion()),
    });
    const answers = await Promise.all(
      namesIn('twenty').map((name) =>
        app.request(`/uploads/${name}`, {
          method: 'PUT',
          headers: { authorization: 'Bearer token', 'content-length': String(fileBytes(name).length) },
          body: fileBytes(name),
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(namesIn('twenty').map(() => 202));
    // Through the real queue, whose batches come as they come.
    await vi.waitFor(async () => expect(await liveText()).toBe(built('twenty')), { timeout: 100_000 });
    await idle();
    expect(await liveText()).toBe(built('twenty'));
  });

  it('when notifications are lost, and the cron trigger finds the files', async () => {
    await drop('a.csv', 'b.csv.gz');
    expect(await patrolled()).toMatchObject({ state: 'published', because: ['cron'] });
    expect(await liveText()).toBe(built('ab'));
    await patrolled();
    expect(await ingestion().sequencer.runs()).toHaveLength(1);
    await ingestion().bucket.delete('uploads/b.csv.gz');
    await patrolled();
    expect(await liveText()).toBe(built('a'));
  });

  it('whatever is sent to the queue', async () => {
    await drop('a.csv');
    const strange = [null, 'text', {}, { action: 'PutObject' }, { action: 1, object: { key: 'uploads/a' } }];
    const elsewhere = message('').body as { object: { key: string } };
    elsewhere.object.key = 'runs/x';
    await deliver(...[...strange, elsewhere].map((body) => ({ body })), message('a.csv'));
    expect(await ingestion().sequencer.runs()).toMatchObject([{ because: ['PutObject a.csv'] }]);
    expect(await liveText()).toBe(built('a'));
  });
});

describe('a file that cannot be read', () => {
  const gzip = fileBytes('b.csv.gz');
  const POISON: [name: string, content: Uint8Array<ArrayBuffer> | string, reason: RegExp][] = [
    ['no-header.csv', '2018-07-21,Peru,2018-06-20,15,20\n', /expected columns "timestamp"/],
    ['empty.csv', '', /found an empty file/],
    ['binary.csv', new Uint8Array([0x74, 0x00, 0x01, 0x0a]), /NUL character/],
    ['latin1.csv', new Uint8Array([0x74, 0xe9, 0x0a, 0x0a]), /expected columns "timestamp"/],
    ['page.csv', '<!doctype html><html></html>', /HTML or XML/],
    ['cut.csv.gz', gzip.slice(0, gzip.length - 9), /cut short or damaged/],
    ['junk.csv.gz', new Uint8Array([...gzip, 1, 2, 3, 4]), /not gzip follows its end/],
    ['array.json', '[{"timestamp":"2018-07-21"}]', /found an array of JSON: export the data as JSON lines/],
    ['history.parquet', 'PAR1\u0015\u0004\u0015\u0010PAR1', /found Parquet: export CSV/],
  ];

  it('goes to quarantine with its reason, whatever is wrong with it, and the others go live', async () => {
    await drop('a.csv', 'c.csv');
    for (const [name, content] of POISON) await dropAs(name, content);
    const run = await deliver(message('a.csv'));
    expect(run).toMatchObject({ state: 'published', counts: { counted: 2, quarantined: POISON.length } });
    expect(await liveText()).toBe(built('ac'));
    expect(await keysBelow('quarantine/')).toHaveLength(2 * POISON.length);
    for (const [name, content, reason] of POISON) {
      const told = run.quarantined.find((file) => file.name === name);
      expect(told).toMatchObject({ name, reason: expect.stringMatching(reason) });
      const [kept, why] = await Promise.all(
        [name, `${name}.reason.json`].map((key) => ingestion().bucket.get(`quarantine/${key}`)),
      );
      expect(await kept?.text()).toBe(await new Response(content).text());
      expect(JSON.parse((await why?.text()) ?? '')).toMatchObject({ name, reason: told?.reason });
    }
    // They are left alone from now on.
    await patrolled();
    expect(await deliver(message('a.csv'))).toMatchObject({ state: 'unchanged', counts: { files: 2 } });
    expect(await ingestion().sequencer.runs()).toHaveLength(2);
  });

  it('takes part again when it comes back whole', async () => {
    await drop('a.csv');
    await dropAs('c.csv', 'nonsense');
    await deliver(message('c.csv'));
    await drop('c.csv');
    await deliver(message('c.csv'));
    expect(await liveText()).toBe(built('ac'));
  });

  it('leaves what was live when it was all that there is', async () => {
    await dropAs('a.csv', 'nonsense');
    expect(await deliver(message('a.csv'))).toMatchObject({
      state: 'refused',
      reasons: ['expected rows to learn from, found none: upload a history; what is live stays'],
    });
    expect(await liveText()).toBeNull();
  });
});

describe('a step that fails', () => {
  it('once, each of a run', async () => {
    await drop('a.csv');
    await using _ = await failing(async (modifier) => {
      for (const name of [...STEPS, 'sweep', 'finish']) {
        await modifier.mockStepError({ name }, new Error('for once'), 1);
      }
    });
    const { state, steps } = await deliver(message('a.csv'));
    expect([state, steps.map(({ name }) => name)]).toEqual(['published', [...STEPS, 'sweep']]);
    expect(await liveText()).toBe(built('a'));
  });

  it.each(STEPS)('for ever: %s; the pointer stays, and the next run puts it right', async (name) => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await drop('c.csv');
    {
      await using _ = await failing((modifier) =>
        modifier.mockStepError({ name }, new Error('the disk is full')),
      );
      expect(await deliver(message('c.csv'))).toMatchObject({
        state: 'failed',
        reasons: ['the disk is full'],
      });
      expect(await liveText()).toBe(built('a'));
    }
    expect(await patrolled()).toMatchObject({ state: 'published', because: ['cron'] });
    expect(await liveText()).toBe(built('ac'));
  });

  it('for ever after the pointer has moved: the run is published', async () => {
    await drop('a.csv');
    await using _ = await failing((modifier) => modifier.mockStepError({ name: 'sweep' }, new Error('no')));
    expect(await deliver(message('a.csv'))).toMatchObject({ state: 'published' });
  });

  it('for ever while it says how it ended: the sequencer finds out', async () => {
    await drop('a.csv');
    await using _ = await failing((modifier) => modifier.mockStepError({ name: 'finish' }, new Error('no')));
    const id = await ingestion().sequencer.notify(['test']);
    await vi.waitFor(
      async () => {
        const { status } = await ((await env.INGEST?.get(id))?.status() ?? { status: 'gone' });
        expect(status).toBe('errored');
      },
      { timeout: 100_000 },
    );
    await runDurableObjectAlarm(ingestion().sequencer);
    expect(await ingestion().sequencer.run(id)).toMatchObject({ state: 'published' });
    expect(await liveText()).toBe(built('a'));
  });
});

describe('the guards', () => {
  it('stop what would lose most of the rows, until an operator says so', async () => {
    await drop('a.csv');
    await deliver(message('a.csv'));
    await ingestion().bucket.delete('uploads/a.csv');
    await drop('small.csv');
    expect(await deliver(message('small.csv'))).toMatchObject({
      state: 'refused',
      reasons: [
        expect.stringMatching(
          /^small.csv is set aside: smallest_share_of_rows: a new version must have at least 50%/,
        ),
      ],
    });
    expect(await liveText()).toBe(built('a'));
    // It would be refused again, so it is not tried.
    await patrolled();
    expect(await ingestion().sequencer.runs()).toHaveLength(2);
    const [small] = await ingestion().sequencer.uploads();
    await ingestion().sequencer.accept('small.csv', small?.etag ?? '', 'ana');
    expect(await idle()).toMatchObject({ state: 'published', force: true, by: ['ana'] });
    expect(await liveText()).toBe(built('small'));
  });

  it('compare with what was published last, also while KV shows what was live before', async () => {
    await drop('small.csv');
    await deliver(message('small.csv'));
    const stale = await realKv().get(POINTER_KEY);
    await drop('a.csv', 'c.csv');
    expect(await deliver(message('a.csv'))).toMatchObject({ state: 'published' });
    await realKv().put(POINTER_KEY, stale ?? '');
    await ingestion().bucket.delete(['uploads/a.csv', 'uploads/c.csv']);
    // Nothing would be lost of the 12 rows that KV shows.
    expect(await deliver(message('a.csv', 'DeleteObject'))).toMatchObject({
      state: 'refused',
      reasons: [
        expect.stringMatching(
          /^smallest_share_of_rows: a new version must have at least 50% of the 1\d\d rows.*; POST \/runs\?force=true publishes past the guards$/,
        ),
      ],
    });
    // The bundled version is the first.
    expect(await listEntries(realKv())).toHaveLength(3);
  });
});
