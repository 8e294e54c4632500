import * as z from 'zod/mini';
import { VersionSchema } from '../core/artifact/version.ts';

/** The body of POST /rollback. It is read by the route, so this file holds nothing else: it is in the Worker's bundle. */
export const RollbackSchema = z.strictObject({
  version: VersionSchema.check(z.describe('One that was published and is still stored.')),
});
