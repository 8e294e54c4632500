import { FEATURES } from '../../core/segments/features.ts';
import { foldCountry } from '../../core/values.ts';
import type { Result } from '../lib/api.ts';
import { words } from '../lib/format.ts';
import { Select } from '../lib/parts.tsx';
import { type Description, description, type Table, table } from '../lib/service.ts';
import { both } from '../lib/view.tsx';

/**
 * @returns what a form about customers needs: the config, and the countries, which the table of one segment has; null
 * where the statistics cannot be read, as they are too large: answers need none
 */
export async function formData(): Promise<Result<[Description, Table | null]>> {
  const artifact = await description();
  const first = artifact.ok ? Object.keys(artifact.value.config.segments).slice(0, 1) : [];
  const cells: Result<Table | null> = await table(first);
  if (cells.ok || cells.code !== 'statistics_unavailable') return both(artifact, cells);
  return both(artifact, { ok: true, value: null });
}

/** @returns the names of all segments, the combined ones last */
export function segmentNames({ config }: Description): string[] {
  return [...Object.keys(config.segments), ...Object.keys(config.combined ?? {})];
}

/** @returns the segment to begin with: the one that the deployment recommends, then recency, then any */
export function preferredSegment(artifact: Description): string {
  const { default_segment: recommended } = artifact.config;
  const names = segmentNames(artifact);
  return (
    [recommended, 'recency_segment'].find((name) => name != null && names.includes(name)) ?? names[0] ?? ''
  );
}

/** @returns the segment that the address asks for, where there is such a one; else the one to begin with */
export function askedSegment(artifact: Description, query: URLSearchParams): string {
  const asked = query.get('of') ?? '';
  return segmentNames(artifact).includes(asked) ? asked : preferredSegment(artifact);
}

/** @returns the statistic that a segment serves: its own, or that of all */
export function servedStatistic({ segments, combined, amount }: Description['config'], segment: string) {
  return segments[segment]?.statistic ?? combined[segment]?.statistic ?? amount.statistic;
}

/** @returns the fields of a request that a segment looks at */
export function neededBy({ config }: Description, segment: string): Set<string | null> {
  const parts = config.combined?.[segment]?.combine ?? [segment];
  return new Set(parts.map((part) => FEATURES[config.segments[part]?.of ?? 'weekday'].field));
}

interface SegmentSelectProps {
  id?: string;
  artifact: Description;
  value: string;
  change: (segment: string) => void;
}

/** The list of all segments to choose from. */
export function SegmentSelect({ id = 'segment', artifact, value, change }: SegmentSelectProps) {
  const groupOf = (name: string) => (name in artifact.config.segments ? '' : 'Taken jointly');
  const options = segmentNames(artifact).map((name) => [name, words(name), groupOf(name)] as const);
  return <Select {...{ id, value, options, change }} label="Segment" />;
}

/** @param asked in any spelling @returns the country as the version writes it; undefined for one that it does not have */
export function countryNamed(names: readonly string[], asked: string): string | undefined {
  return names.find((name) => foldCountry(name) === foldCountry(asked));
}
