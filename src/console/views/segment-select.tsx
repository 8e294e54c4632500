import { Select } from '../lib/jsx.tsx';
import type { Description } from '../lib/service.ts';
import { segmentOptions } from './segment-options.ts';

interface SegmentSelectProps {
  artifact: Description;
  value: string;
  change: (segment: string) => void;
}

/** The list of all segments to choose from. */
export function SegmentSelect({ artifact, value, change }: SegmentSelectProps) {
  return (
    <Select id="segment" label="Segment" value={value} options={segmentOptions(artifact)} change={change} />
  );
}
