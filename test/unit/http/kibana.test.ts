import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requestLine } from '../../../src/http/request-line.ts';
import { faultLine, liveLine } from '../../../src/store/store-line.ts';
import { goldenStore } from '../../support/golden.ts';
import { GOOD, service, throwingStore } from '../../support/service.ts';

interface SavedObject {
  id: string;
  type: string;
  attributes: Record<string, unknown>;
  references: { id: string; type: string; name: string }[];
}

const path = new URL('../../../build/deploy/monitoring/kibana.ndjson', import.meta.url);
const objects = readFileSync(path, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as SavedObject);

/** The fields of every kind of line that the log has. */
async function loggedFields(): Promise<Set<string>> {
  const good = await service();
  await good.send('POST', '/voucher', { json: GOOD });
  await good.send('POST', '/vouchers', { json: [GOOD, {}] });
  await good.send('POST', '/voucher', { json: {} });
  const failing = await service(throwingStore);
  await failing.send('POST', '/voucher', { json: GOOD });
  const state = await (await goldenStore()).current();
  if (!state.ok) throw new Error(state.reason);
  const fault = { code: 'missing', detail: 'there is no artifact', since: 0 };
  const decision = {
    ...(await (await good.send('POST', '/voucher', { json: GOOD })).json()),
    currency: 'PEN',
  };
  const exchange = {
    id: 'a',
    now: 0,
    parameter: '',
    context: undefined as never,
    version: 'v',
    checkAge: 0,
    country: 'Peru',
    decision,
  };
  const line = { exchange, method: 'POST', route: '/voucher', status: 200, duration: 1, problem: undefined };
  const others = [liveLine(0, state, null), faultLine(0, 'kv', fault, state), requestLine(line)];
  const lines = [...good.lines, ...failing.lines, ...others.map((text) => JSON.parse(text))];
  return new Set(lines.flatMap((one) => Object.keys(one)));
}

/** The fields that an object reads: columns, those of its charts, and those of its query (KQL: `name : value`). */
function fieldsOf({ attributes }: SavedObject): string[] {
  const {
    columns = [],
    sort = [],
    visState = '{}',
    kibanaSavedObjectMeta,
  } = attributes as {
    columns?: string[];
    sort?: [string, string][];
    visState?: string;
    kibanaSavedObjectMeta?: { searchSourceJSON: string };
  };
  const { aggs = [] } = JSON.parse(visState) as { aggs?: { params: { field?: string } }[] };
  const { query } = JSON.parse(kibanaSavedObjectMeta?.searchSourceJSON ?? '{}') as {
    query?: { query: string };
  };
  const named = Array.from(
    (query?.query ?? '').matchAll(/([\w.@]+) *(?::|[<>]=?)/g),
    ([, name = '']) => name,
  );
  return [
    ...columns,
    ...sort.map(([name]) => name),
    ...aggs.flatMap(({ params: { field } }) => field ?? []),
    ...named,
  ];
}

describe('the saved objects of Kibana', () => {
  it('read only fields that the log has', async () => {
    const logged = await loggedFields();
    const read = objects.flatMap((object) => fieldsOf(object).map((field) => `${object.id}: ${field}`));
    expect(read.length).toBeGreaterThan(30);
    expect(read.filter((one) => !logged.has(one.split(': ')[1] ?? ''))).toEqual([]);
  });

  it('refer to each other, and the dashboard to all that it shows', () => {
    const known = new Set(objects.map(({ type, id }) => `${type} ${id}`));
    expect(known.size).toBe(objects.length);
    const referred = objects.flatMap(({ references }) => references.map(({ type, id }) => `${type} ${id}`));
    expect(referred.filter((one) => !known.has(one))).toEqual([]);
    const dashboard = objects.find(({ type }) => type === 'dashboard');
    const panels = JSON.parse(String(dashboard?.attributes.panelsJSON)) as {
      panelIndex: string;
      panelRefName: string;
    }[];
    const names = dashboard?.references.map(({ name }) => name);
    expect(panels.map(({ panelIndex, panelRefName }) => `${panelIndex}:${panelRefName}`)).toEqual(names);
  });
});
