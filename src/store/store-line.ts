import { bounded, ecsLine } from '../platform/ecs.ts';
import type { Fault, LoadedArtifact } from './artifact-store.ts';

const LONGEST_DETAIL = 500;

/**
 * @param held what is served meanwhile
 * @returns the line that tells that a store cannot get the current artifact: one for each kind of fault
 */
export function faultLine(now: number, origin: string, fault: Fault, held: LoadedArtifact | null): string {
  const version = held?.compiled.table.version;
  const meanwhile = version === undefined ? 'there is nothing to serve' : `${version} stays`;
  return ecsLine(now, 'error', `the current artifact cannot be had from ${origin}, ${meanwhile}`, {
    'event.action': 'artifact_refresh',
    'event.outcome': 'failure',
    'error.code': fault.code,
    'error.message': bounded(fault.detail, LONGEST_DETAIL),
    'voucher.artifact_version': version,
  });
}

/** @returns the line that tells that another artifact is served from now on, or that a fault is over */
export function liveLine(now: number, next: LoadedArtifact, before: LoadedArtifact | null): string {
  const { version } = next.compiled.table;
  return ecsLine(now, 'info', `artifact ${version} from ${next.origin} is live`, {
    'event.action': 'artifact_refresh',
    'event.outcome': 'success',
    'voucher.artifact_version': version,
    'voucher.artifact_before': before?.compiled.table.version,
  });
}
