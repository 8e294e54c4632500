import type { EvaluatedSetting, EvaluationReport } from '../../api/report.ts';
import { count, fixedPercent, NONE, plural, signedPercent, words } from '../lib/format.ts';
import { List } from '../lib/list.tsx';
import { Headline, Key, Pill, Term } from '../lib/parts.tsx';
import { addressOf } from '../lib/router.ts';
import { type Description, description, report } from '../lib/service.ts';
import { Empty } from '../lib/status.tsx';
import { both, Loaded } from '../lib/view.tsx';
import { preferredSegment, servedStatistic } from './segment-options.tsx';

/** Settings of the table; the chart has all. */
const MOST_SHOWN = 15;

/** Which amount is right: what each setting would have reached on rows that it had not seen. */
export const view = () => (
  <>
    <Headline title="Which amount is right">
      Each setting was trained on the past and tested on what followed. The error is the distance between what
      a customer would be given and what they were given.
    </Headline>
    <Loaded
      what="the evaluation"
      load={() => both(description(), report())}
      show={([artifact, { evaluation }]) => <Found artifact={artifact} found={evaluation} />}
    />
  </>
);

function Found({ artifact, found }: { artifact: Description; found: EvaluationReport | null }) {
  const [best] = found?.results ?? [];
  if (found === null || best === undefined) {
    return (
      <Empty title="This version was not evaluated">
        <p>Build it with --report: the result is kept beside the artifact, and published with it.</p>
        <p>
          <code>npm run build:artifact -- --report</code>
        </p>
      </Empty>
    );
  }
  const live = found.results.find((setting) => isLive(setting, artifact)) ?? null;
  const shown = onePerStatistic(found.results, live);
  return (
    <>
      <Recommended best={best} live={live} found={found} />
      <section class="card figure" aria-label="Error against spend">
        <h2>Error against spend</h2>
        <Chart results={shown} best={best} live={live} />
        <Settings results={shown} best={best} live={live} />
      </section>
    </>
  );
}

/** Whether a setting is what the live version serves for the segment to begin with. */
function isLive({ segment, statistic, imputation }: EvaluatedSetting, artifact: Description): boolean {
  const { config } = artifact;
  return (
    segment === preferredSegment(artifact) &&
    statistic === servedStatistic(config, segment) &&
    imputation === config.imputation
  );
}

/** Of the ways to fill missing amounts the one that is live, or else the best: they often differ in nothing that is shown. */
function onePerStatistic(
  results: readonly EvaluatedSetting[],
  live: EvaluatedSetting | null,
): EvaluatedSetting[] {
  const seen = new Map(results.toReversed().map((setting) => [nameOf(setting), setting]));
  if (live !== null) seen.set(nameOf(live), live);
  return results.filter((setting) => seen.get(nameOf(setting)) === setting);
}

const same = (a: EvaluatedSetting | null, b: EvaluatedSetting) =>
  a !== null && a.segment === b.segment && a.statistic === b.statistic;

function nameOf({ segment, statistic }: EvaluatedSetting): string {
  return `${words(statistic)} by ${words(segment)}`;
}

interface Compared {
  best: EvaluatedSetting;
  live: EvaluatedSetting | null;
}

function Recommended({ best, live, found }: Compared & { found: EvaluationReport }) {
  const tested = found.folds.map(({ name }) => name).join(', ');
  return (
    <section class="card" aria-label="Recommended">
      <h2>Recommended: {nameOf(best)}</h2>
      <p>
        {live === null
          ? 'The live setting was not among those that were tested.'
          : same(live, best)
            ? 'It is what is live.'
            : `What is live, the ${nameOf(live)}, has an error of ${fixedPercent(live.mae)} of the average amount instead of ${fixedPercent(best.mae)}: ${fixedPercent(live.mae / best.mae - 1)} more. `}
        {same(live, best) ? null : (
          <a href={addressOf('what-if', { of: best.segment, statistic: best.statistic })}>
            See what this statistic would change
          </a>
        )}
      </p>
      <p class="hint">
        Tested on {plural(best.rows, 'row')} of {tested}. Among {count(found.results.length)} settings, with
        each way to fill missing amounts, the best looks better than it will be. Customers in no band count
        with the amount of their country, as with "fallback": ["country"]. An error is a share of the average
        amount that was given in the same currency, so that currencies can be put together.
      </p>
    </section>
  );
}

const [WIDTH, HEIGHT, MARGIN] = [640, 260, 28];

/** A point for each setting: its spend to the right, its error upwards. The table below has all that it shows. */
function Chart({ results, best, live }: Compared & { results: EvaluatedSetting[] }) {
  const scale = (values: number[], size: number) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return (value: number) => MARGIN + ((value - low) / (high - low || 1)) * (size - 2 * MARGIN);
  };
  const spends = results.map(({ spend }) => spend);
  const errors = results.map(({ mae }) => mae);
  const x = scale(spends, WIDTH);
  const y = scale(errors, HEIGHT);
  const crosses = Math.min(...spends) <= 1 && Math.max(...spends) >= 1;
  const kind = (setting: EvaluatedSetting) =>
    same(best, setting) ? 'best' : same(live, setting) ? 'live' : 'other';
  // What is told apart is drawn last, on top of the others.
  const order = ['other', 'live', 'best'];
  const points = results.toSorted((a, b) => order.indexOf(kind(a)) - order.indexOf(kind(b)));
  const label = `Error against spend of ${plural(results.length, 'setting')}. The table below has the figures.`;
  return (
    <figure class="scatter">
      <p class="legend">
        <Key mark="dot dot-best">recommended</Key>
        <Key mark="dot dot-live">live</Key>
        <Key mark="dot">other settings</Key>
        {crosses && <Key mark="dash">as much as was given</Key>}
      </p>
      <p class="axis">
        error, {fixedPercent(Math.max(...errors))} at the top, {fixedPercent(Math.min(...errors))} at the
        bottom
      </p>
      <svg preserveAspectRatio="xMinYMid" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <path
          class="axes"
          d={`M${MARGIN / 2} ${HEIGHT - MARGIN / 2}H${WIDTH}M${MARGIN / 2} 0V${HEIGHT - MARGIN / 2}`}
        />
        {crosses ? <path class="axes same-spend" d={`M${x(1)} 0V${HEIGHT - MARGIN / 2}`} /> : null}
        {points.map((setting) => (
          <circle
            class={`point point-${kind(setting)}`}
            cx={String(x(setting.spend))}
            cy={String(HEIGHT - y(setting.mae))}
            r={kind(setting) === 'other' ? '5' : '8'}
          >
            <title>{`${nameOf(setting)}: error ${fixedPercent(setting.mae)}, spend ${fixedPercent(setting.spend)}`}</title>
          </circle>
        ))}
      </svg>
      <p class="axis">
        <Term name="spend">spend</Term>, from {fixedPercent(Math.min(...spends))} on the left to{' '}
        {fixedPercent(Math.max(...spends))} on the right of what was given
      </p>
    </figure>
  );
}

function Settings({ results, best, live }: Compared & { results: EvaluatedSetting[] }) {
  const shown = results.slice(0, MOST_SHOWN);
  const all = live === null || shown.some((setting) => same(live, setting)) ? shown : [...shown, live];
  const name = (setting: EvaluatedSetting) => (
    <>
      {nameOf(setting)}
      {same(best, setting) ? <Pill kind="good">recommended</Pill> : null}
      {same(live, setting) ? <Pill kind="info">live</Pill> : null}
    </>
  );
  const more = (setting: EvaluatedSetting) =>
    same(best, setting) ? NONE : signedPercent(setting.mae / best.mae - 1);
  return (
    <div class="scroll">
      <List
        caption={`${count(all.length)} of ${plural(results.length, 'setting')}, the least error first`}
        columns={[
          { name: 'Setting', of: name },
          { name: 'Error', number: true, of: ({ mae }) => fixedPercent(mae) },
          { name: 'More than the best', number: true, of: more },
          { name: 'Exact hits', number: true, of: ({ exact }) => fixedPercent(exact) },
          { name: 'By default', number: true, of: ({ by_default }) => fixedPercent(by_default) },
          { name: 'Spend', number: true, of: ({ spend }) => fixedPercent(spend) },
        ]}
        rows={all}
      />
    </div>
  );
}
