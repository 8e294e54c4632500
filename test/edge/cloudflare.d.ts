/** What the tests use of the modules that the test runner brings along. */
declare module 'cloudflare:workers' {
  /** The Worker's own entry points. */
  export const exports: { default: { fetch: typeof fetch } };
}

declare module 'cloudflare:test' {
  /** Forgets what was written to the bindings. */
  export function reset(): Promise<void>;

  /** Gives access to an object where it runs. */
  export function runInDurableObject<T>(stub: unknown, work: (instance: T) => unknown): Promise<unknown>;
  /** Runs the alarm that is set, now. @returns whether there was one */
  export function runDurableObjectAlarm(stub: unknown): Promise<boolean>;

  /** Changes how the instances of a workflow run that are created from now on. */
  export function introspectWorkflow(workflow: unknown): Promise<WorkflowIntrospector>;

  export interface WorkflowIntrospector extends AsyncDisposable {
    modifyAll(change: (modifier: WorkflowModifier) => Promise<void>): Promise<void>;
  }

  export interface WorkflowModifier {
    disableRetryDelays(): Promise<void>;
    /** @param times every time, unless given */
    mockStepError(step: { name: string }, error: Error, times?: number): Promise<void>;
  }
}
