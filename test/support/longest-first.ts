import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than others of their size, longest first. */
const LONG = [
  'browser/lifecycle',
  'browser/console',
  'browser/states',
  'deno/ndjson-clients',
  'deno/attacks',
  'deno/limits',
  'edge/failing-steps',
  'edge/batch',
  'unit/project/clone',
  'unit/commands/watch',
  'unit/commands/artifact-kv',
  'unit/project/attacks',
  'unit/read/remote-faults',
  'unit/exports/cases',
  'unit/publish/order-model',
  'unit/publish/weeks',
  'unit/publish/many-uploads',
];

/**
 * Without the times of an earlier run, as in a fresh clone, Vitest begins with the largest files of each project. Those above
 * begin before them: one that took long and began last would keep all but one core idle.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = Map.groupBy(await super.sort(files), ({ project }) => project.name);
    return [...projects.values()].flatMap((own) => own.toSorted((a, b) => place(a) - place(b)));
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return at === -1 ? LONG.length : at;
}
