import { ecsHead, ecsTail } from '../platform/ecs.ts';
import type { RunRecord } from './run-record.ts';

/**
 * @param now milliseconds since the epoch
 * @returns the line of JSON for a run that has ended. Names and reasons stay out: they may quote what was uploaded.
 */
export function runLine({ id, state, counts, version, started_at }: RunRecord, now: number): string {
  const level = state === 'failed' ? 'error' : 'info';
  const head = ecsHead(now, level, `run ${state}`);
  return (
    head +
    ecsTail({
      'event.action': 'ingest',
      'event.outcome': state === 'failed' || state === 'refused' ? 'failure' : 'success',
      'event.duration': Math.round((now - Date.parse(started_at)) * 1e6),
      'voucher.run': id,
      'voucher.run_state': state,
      'voucher.files': counts?.files,
      'voucher.quarantined': counts?.quarantined,
      'voucher.rows_kept': counts?.rows_kept,
      'voucher.artifact_version': version,
    })
  );
}
