import type { Attack } from './attack.ts';
import { bombAttacks } from './bombs.ts';
import { kills } from './kills.ts';
import { limits } from './limits.ts';
import { pageAttacks } from './pages.ts';
import { serverAttacks } from './server.ts';
import { swapAttacks } from './swaps.ts';

/** All attacks, in the order in which they run. */
export const ATTACKS: readonly Attack[] = [
  ...kills,
  ...limits,
  ...serverAttacks,
  ...bombAttacks,
  ...swapAttacks,
  ...pageAttacks,
];
