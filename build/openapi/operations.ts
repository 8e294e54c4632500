import type { Operation } from './operation.ts';
import { artifactOperations } from './operations-artifact.ts';
import { batch } from './operations-batch.ts';
import { ofrepOperations } from './operations-ofrep.ts';
import { runOperations } from './operations-runs.ts';
import { type KnownVersions, versionOperations } from './operations-versions.ts';
import { voucher } from './operations-voucher.ts';

/** Every method of every path, in the order in which the reference tells of them. */
export function operations(known: KnownVersions): Operation[] {
  return [
    voucher,
    batch,
    ...ofrepOperations,
    ...artifactOperations(known.etags),
    ...versionOperations(known),
    ...runOperations,
  ];
}
