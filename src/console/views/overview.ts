import type { DropReason } from '../../core/history/clean.ts';
import { type Child, fill, h } from '../lib/dom.ts';
import { count, dates, dateTime, duration, percent, plural, shortVersion } from '../lib/format.ts';
import {
  type Description,
  description,
  type Readiness,
  readiness,
  report,
  type Table,
  table,
} from '../lib/service.ts';
import { ago, timeElement } from '../lib/time.ts';
import { both, loaded, type View } from '../lib/view.ts';
import { attention } from './attention.ts';
import { exampleSlots } from './examples.ts';
import { guardList } from './guards.ts';
import { rowsBar, rowsInNoBand } from './rows.ts';

/** What is live, what it is made of, and what needs an operator. */
export const overview: View = (into, { left }) => {
  const place = h('div.view');
  fill(into, h('h1', 'Overview'), place);
  const load = async () => both(...(await Promise.all([readiness(), description()])));
  void loaded(place, { what: 'what is live', left }, load, ([ready, artifact]) => {
    const findings = h('div.findings');
    const noBand = h('div');
    const slots = exampleSlots();
    fill(
      place,
      lead(ready, artifact),
      facts(ready, artifact),
      section('What needs attention', findings),
      rows(artifact, noBand, (reason) => slots.of(reason)),
      section('What guards a new version', guardList(ready, artifact, left)),
    );
    void report().then((result) => {
      if (!left.aborted && result.ok) slots.fill(result.value);
    });
    const read = () => table(Object.keys(artifact.config.segments));
    void loaded<Table>(findings, { what: 'the table', left }, read, (cells) => {
      fill(findings, attention(ready, artifact, cells));
      fill(noBand, rowsInNoBand(cells, artifact));
    });
  });
};

/** Where the answers come from, in words. */
const ORIGINS: Record<string, string> = {
  bundled: 'bundled with the service',
  kv: 'published',
  file: 'read from a file',
  url: 'read from an address',
};

function lead({ check, data, fault, origin }: Readiness, { version }: Description): HTMLElement {
  const [kind, word] = check.overdue
    ? ['bad', 'Check overdue']
    : fault
      ? ['warn', 'Check failing']
      : data.stale
        ? ['warn', 'Stale history']
        : ['good', 'Live'];
  return h(
    'p.lead',
    h(`span.pill.pill-${kind}`, word),
    ' Answers come from version ',
    h('code', { title: version }, shortVersion(version)),
    `, ${ORIGINS[origin] ?? origin}.`,
  );
}

function facts(
  { published_at, check, origin }: Readiness,
  { data, quality, version }: Description,
): HTMLElement {
  const age = check.age_seconds;
  const checked =
    origin === 'bundled' && !age ? 'this one came with the service' : 'whether a newer one is live';
  const { first_timestamp: first, last_timestamp: last } = data;
  return h(
    'dl.facts',
    fact(
      'Version',
      h('code.version', version),
      published_at ? ['live since ', timeElement(published_at)] : 'bundled with the service',
    ),
    fact('History', dates(first, last), [
      'the newest row is ',
      h('time', { datetime: last, title: dateTime(last) }, ago(last).replace(/ ago$/, ' old')),
    ]),
    fact('Rows kept', count(quality.rows_kept), `of ${count(quality.rows_read)} read`),
    fact('Last checked', age ? `${duration(age)} ago` : 'just now', checked),
  );
}

function fact(name: string, value: Child, note: Child): HTMLElement {
  return h('div.fact', h('dt', name), h('dd.fact-value', value), h('dd.fact-note', note));
}

function rows({ quality }: Description, more: Node, examples: (reason: DropReason) => Child): HTMLElement {
  const { rows_read, rows_kept } = quality;
  const part = (some: number) => `${count(some)} (${percent(rows_read === 0 ? 0 : some / rows_read)})`;
  const intro = `Of ${plural(rows_read, 'row')}, ${part(rows_kept)} were kept and ${part(rows_read - rows_kept)} dropped.`;
  return section('What became of the rows', h('p.intro', intro), rowsBar(quality, examples), more);
}

function section(title: string, ...children: Node[]): HTMLElement {
  return h('section.card', h('h2', title), children);
}
