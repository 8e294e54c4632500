import type { Versions } from '../../api/versions.ts';
import { shortVersion } from '../lib/format.ts';
import { Select } from '../lib/parts.tsx';
import { comparison } from '../lib/service.ts';
import { Loaded, useQuery } from '../lib/view.tsx';
import { Changes } from './comparison.tsx';

/** Two versions to choose, and what moves between them. The address has those that were chosen. */
export function Compare({ known, served }: { known: Versions; served: string }) {
  const [query, change] = useQuery();
  const stored = new Set([served, ...known.stored.map(({ version }) => version)]);
  const names = new Set([served, ...known.history.map(({ version }) => version), ...stored]);
  const versions = [...names].filter((version) => stored.has(version));
  const [first, second] = versions;
  if (first === undefined || second === undefined) return null;
  // One version is live: right after a move this place may still answer from the one before.
  const live = known.live?.version ?? served;
  const options = versions.map(
    (version) => [version, `${shortVersion(version)}${version === live ? ' (live)' : ''}`] as const,
  );
  const chosen = (version: string) => (stored.has(version) ? version : first);
  // A hold and a release leave the version as it is: what was live before is another one.
  const before = known.history.find(({ version }) => version !== live && stored.has(version));
  const from = chosen(query.get('from') ?? before?.version ?? served);
  const to = chosen(query.get('to') ?? served);
  return (
    <section class="card compare">
      <h2>What changes between two versions</h2>
      <div class="controls">
        <Select
          id="from"
          label="From"
          value={from}
          options={options}
          change={(one) => change({ from: one, to })}
        />
        <Select id="to" label="To" value={to} options={options} change={(one) => change({ from, to: one })} />
      </div>
      <div>
        {from === to ? (
          <p class="all-well">Choose two different versions.</p>
        ) : (
          <Loaded
            what="the comparison"
            of={`${from} ${to}`}
            load={() => comparison(from, to)}
            show={(diff) => <Changes diff={diff} />}
          />
        )}
      </div>
    </section>
  );
}
