import { afterAll, vi } from 'vitest';

/** Runs beside each file of a project whose files share a process: what one set in the environment, the next does not see. */
afterAll(() => {
  vi.unstubAllEnvs();
});
