/** What is used of the modules that the Workers runtime brings along. */
declare module 'cloudflare:workers' {
  /** The bindings and vars of wrangler.toml. */
  export const env: import('./env.ts').Env;
  /** Keeps the running request's context alive, after its answer too, until a promise has settled. */
  export function waitUntil(promise: Promise<unknown>): void;

  export abstract class DurableObject<Env = unknown> {
    protected readonly ctx: DurableObjectState;
    protected readonly env: Env;
    constructor(ctx: DurableObjectState, env: Env);
    /** Called when the time of setAlarm has come; called again until it does not throw. */
    alarm?(): Promise<void>;
  }

  export abstract class WorkflowEntrypoint<Env = unknown> {
    protected readonly ctx: unknown;
    protected readonly env: Env;
    constructor(ctx: unknown, env: Env);
    abstract run(event: WorkflowEvent, step: WorkflowStep): Promise<unknown>;
  }

  export interface DurableObjectState {
    waitUntil(promise: Promise<unknown>): void;
    storage: {
      /** Reads and writes at once, without waiting: what a method does to it without an await is one transaction. */
      kv: import('./ingest/bindings.ts').RunStorage;
      setAlarm(at: number): Promise<void>;
    };
  }

  export interface WorkflowEvent {
    instanceId: string;
  }

  export interface WorkflowStep {
    do<T>(name: string, options: StepOptions, work: () => Promise<T>): Promise<T>;
  }

  export interface StepOptions {
    /** Times in milliseconds. */
    retries: { limit: number; delay: number; backoff: 'constant' | 'linear' | 'exponential' };
    timeout: number;
  }
}
