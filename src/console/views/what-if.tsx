import type { DecidingConfig } from '../../core/config/deciding.ts';
import { NEAREST_GIVEN_AMOUNT } from '../../core/money.ts';
import { type ServedStatistic, STATISTICS } from '../../core/segments/schema.ts';
import type { Result } from '../lib/api.ts';
import { saveFile } from '../lib/csv.ts';
import { words } from '../lib/format.ts';
import { Button, Field, Headline, Select, Term } from '../lib/parts.tsx';
import { addressOf } from '../lib/router.ts';
import {
  type Description,
  description,
  type Readiness,
  readiness,
  type Table,
  table,
} from '../lib/service.ts';
import { both, Loaded, useQuery } from '../lib/view.tsx';
import { CellMap } from './cell-map.tsx';
import { Changes } from './comparison.tsx';
import { gridOf, measureNamed } from './grid.ts';
import { askedSegment, SegmentSelect, segmentNames, servedStatistic } from './segment-options.tsx';
import { whatIf } from './what-if-answers.ts';

type Known = [[Readiness, Description], Table];

/** What another config would answer, worked out in the browser by the same core. All that is chosen is in the address. */
export const view = () => (
  <>
    <Headline title="What if">
      What would each cell, the <Term name="spend" /> and the guards say with another setting? Nothing is
      changed here: the result is a config to download.
    </Headline>
    <Loaded what="the statistics" load={known} show={(all) => <Settings known={all} />} />
  </>
);

async function known(): Promise<Result<Known>> {
  const [ready, artifact] = await Promise.all([readiness(), description()]);
  const cells = artifact.ok ? await table(segmentNames(artifact.value)) : artifact;
  return both(both(ready, artifact), cells);
}

/** @returns the live config with what the address changes */
function configOf({ config }: Description, of: string, query: URLSearchParams): DecidingConfig {
  const statistic = STATISTICS.find((one) => one === query.get('statistic'));
  const number = (name: string, otherwise: number, least: number) => {
    const value = Number(query.get(name) ?? '');
    return query.get(name) && Number.isFinite(value) && value >= least ? value : otherwise;
  };
  const fallback = query.get('fallback');
  const everywhere = query.get('scope') !== 'segment';
  const multiple = () => {
    const live = config.amount.round_to;
    if (query.get('rounding') === null && live === NEAREST_GIVEN_AMOUNT) return live;
    return number('round_to', live === NEAREST_GIVEN_AMOUNT ? 0.01 : live, 0.000_001);
  };
  const amount = {
    ...config.amount,
    statistic: statistic && everywhere ? statistic : config.amount.statistic,
    round_to: query.get('rounding') === 'given' ? NEAREST_GIVEN_AMOUNT : multiple(),
  };
  const own = <T extends { statistic?: ServedStatistic | undefined }>(
    segments: Readonly<Record<string, T>>,
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(segments).map(([name, segment]) => [
        name,
        statistic && (everywhere ? segment.statistic !== undefined : name === of)
          ? { ...segment, statistic }
          : segment,
      ]),
    );
  return {
    ...config,
    amount,
    segments: own(config.segments),
    combined: own(config.combined),
    fallback: fallback === null ? config.fallback : fallback === 'country' ? ['country'] : [],
    default_amount: number('default', config.default_amount, 0),
  };
}

function Settings({ known: [[ready, artifact], cells] }: { known: Known }) {
  const [query, change] = useQuery();
  const of = askedSegment(artifact, query);
  const config = configOf(artifact, of, query);
  const { comparison: diff, segment } = whatIf(artifact, cells, config, ready.guards);
  const grid = gridOf({ ...artifact, config }, segment(of), of);
  const { amount, fallback, default_amount } = config;
  const statistic = servedStatistic(config, of);
  const number = (id: string, label: string, value: number) => (
    <Field
      id={id}
      label={label}
      type="number"
      min="0"
      step="any"
      value={String(value)}
      onChange={(event: Event) => change({ [id]: (event.target as HTMLInputElement).value }, 'replace')}
    />
  );
  const save = () => saveFile('voucher.json', [`${JSON.stringify(config, null, 2)}\n`], 'application/json');
  return (
    <>
      <section class="card campaign" aria-label="Settings">
        <div class="controls">
          <SegmentSelect artifact={artifact} value={of} change={(name) => change({ of: name, find: '' })} />
          <Select
            id="statistic"
            label="Statistic"
            value={query.get('statistic') ?? statistic}
            options={STATISTICS.map((one: ServedStatistic) => [one, words(one)] as const)}
            change={(one) => change({ statistic: one })}
          />
          <Select
            id="scope"
            label="Statistic of"
            value={query.get('scope') ?? ''}
            options={[
              ['', 'all segments'],
              ['segment', 'this segment'],
            ]}
            change={(scope) => change({ scope })}
          />
          <Select
            id="fallback"
            label="Fallback"
            value={fallback.includes('country') ? 'country' : 'none'}
            options={[
              ['none', 'none: the default'],
              ['country', 'the country as a whole'],
            ]}
            change={(one) => change({ fallback: one })}
          />
          {number('default', 'Default amount', default_amount)}
          <Select
            id="rounding"
            label="Round to"
            value={amount.round_to === NEAREST_GIVEN_AMOUNT ? 'given' : 'multiple'}
            options={[
              ['multiple', 'a multiple'],
              ['given', 'the nearest given amount'],
            ]}
            change={(rounding) => change({ rounding })}
          />
          {amount.round_to === NEAREST_GIVEN_AMOUNT ? null : number('round_to', 'Of', amount.round_to)}
        </div>
        <p class="hint">
          These settings need no build to try. Other bands, segments or ways to fill missing amounts change
          the statistics: they need <code>npm run build:artifact</code>.
        </p>
        <div class="buttons">
          <Button click={save} kind="main">
            Save as a config
          </Button>
          <a class="button" href={addressOf('what-if', { of })}>
            Back to what is live
          </a>
        </div>
      </section>
      <section class="card figure" aria-label="Amounts with these settings">
        <h2>{words(of)} with these settings</h2>
        <CellMap
          grid={grid}
          measure={measureNamed('served')}
          open={(at, band) => {
            location.hash = addressOf('segments', { of, at, band });
          }}
        />
      </section>
      <section class="card" aria-label="What would change">
        <h2>What would change</h2>
        <Changes diff={diff} asked={of} combined={config.combined} />
      </section>
    </>
  );
}
