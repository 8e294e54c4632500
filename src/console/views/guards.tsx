import type { Verdicts } from '../../api/guards.ts';
import type { Guard } from '../../core/publish/comparison.ts';
import { shareByDefault, shareDropped, shareImputed } from '../../core/shares.ts';
import { percent } from '../../core/words.ts';
import { call, type Result } from '../lib/api.ts';
import { count, plural, shortVersion, words } from '../lib/format.ts';
import { List } from '../lib/list.tsx';
import { Pill, Sentence } from '../lib/parts.tsx';
import { addressOf } from '../lib/router.ts';
import type { Description, Readiness } from '../lib/service.ts';
import { useLater } from '../lib/view.tsx';

/** The guards by what they look at. */
export const GUARDS: Record<Guard, string> = {
  largest_share_dropped: 'Rows dropped',
  smallest_share_of_rows: 'Rows kept',
  largest_share_imputed: 'Rows without an amount',
  largest_amount_change: 'Change of an amount',
  largest_spend_change: 'Spend of a country',
  largest_mean_change: 'Change of a mean',
  most_countries_lost: 'Countries lost',
  largest_share_default: 'Rows that the default answers',
  largest_default_growth: 'Growth of what the default answers',
};

/**
 * The guards of this deployment, and which of them the live version passes. What it drops is known of itself; the
 * others are about a change, and need the version before, with which the service compares it.
 */
export function GuardList({ ready, artifact }: { ready: Readiness; artifact: Description }) {
  const { guards } = ready;
  const found = useLater(() => call<Verdicts>('/guards', { as: 'caller' }));
  const verdicts = found?.ok && found.value.before !== null ? found.value.guards : null;
  const own = sharesOf(artifact);
  const passes = (guard: Guard) => {
    const compared = verdicts && !verdicts.some((one) => one.guard === guard && one.passes === false);
    return own[guard] === undefined ? compared : own[guard] <= guards[guard];
  };
  return (
    <>
      <List
        kind="list guard-list"
        caption="Guards of this deployment"
        unseen
        columns={[
          { name: 'Guard', of: ([guard]) => GUARDS[guard] },
          {
            name: 'Limit',
            of: ([guard, limit]) =>
              own[guard] === undefined ? limit : `${limit}; here ${percent(own[guard])}`,
          },
          { name: 'Live version', of: ([guard]) => <Verdict passes={passes(guard)} /> },
        ]}
        rows={Object.entries(limitsOf(guards, artifact)) as [Guard, string][]}
      />
      <p class="hint">
        <Comparison found={found} live={ready.version} />
      </p>
    </>
  );
}

/** What the live version is compared with. @param found null until it is known */
function Comparison({ found, live }: { found: Result<Verdicts> | null; live: string }) {
  if (found === null) return <>Most of them compare a version with the one that was live before it.</>;
  if (!found.ok) return <Sentence of={`The earlier version cannot be compared: ${found.detail}`} />;
  const { before } = found.value;
  if (before === null) return <>There is no earlier version to compare this one with.</>;
  return (
    <>
      Compared with {shortVersion(before)}, which was live before.{' '}
      <a href={addressOf('versions', { from: before, to: live })}>See what changed</a>.
    </>
  );
}

/** Each guard as a sentence about the config. */
function limitsOf(guards: Readiness['guards'], { config }: Description): Record<Guard, string> {
  const asked = config.default_segment;
  const cells = `cells of ${plural(guards.smallest_cell, 'row')} or more`;
  const lost = guards.most_countries_lost;
  const most = (guard: Guard, of: string) => `at most ${percent(guards[guard])}${of}`;
  return {
    largest_amount_change: most(
      'largest_amount_change',
      ` for all but ${percent(guards.largest_share_changed)} of the customers of a country, in ${cells}`,
    ),
    largest_spend_change: most('largest_spend_change', ' of what it is now'),
    largest_mean_change: most('largest_mean_change', `, in ${cells}, and of the new rows of a country`),
    smallest_share_of_rows: `at least ${percent(guards.smallest_share_of_rows)} of those before, in all and of the same periods`,
    largest_share_dropped: most('largest_share_dropped', ' of those read'),
    largest_share_imputed: most('largest_share_imputed', ' of those kept'),
    most_countries_lost: lost === 0 ? 'none may be lost' : `at most ${count(lost)}`,
    largest_share_default: most(
      'largest_share_default',
      asked === undefined ? ' of the rows' : ` of the rows asked with ${words(asked)}`,
    ),
    largest_default_growth: most('largest_default_growth', ' of the rows more than before'),
  };
}

/** What is known of the live version by itself: the shares that guards limit. */
function sharesOf({ config, default_shares, quality }: Description): Partial<Record<Guard, number>> {
  const asked = default_shares.find(({ segment }) => segment === config.default_segment);
  return {
    largest_share_dropped: shareDropped(quality),
    largest_share_imputed: shareImputed(quality),
    largest_share_default: asked === undefined ? 0 : shareByDefault(asked),
  };
}

function Verdict({ passes }: { passes: boolean | null }) {
  if (passes === null) return <Pill kind="quiet">not compared</Pill>;
  return passes ? <Pill kind="good">passes</Pill> : <Pill kind="warn">does not pass</Pill>;
}
