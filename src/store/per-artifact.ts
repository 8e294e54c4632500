import type { CompiledArtifact } from '../core/decide/compile.ts';

/** @returns `make`, which is called once for each artifact; what it made is kept for as long as the artifact is */
export function perArtifact<T>(make: (compiled: CompiledArtifact) => T): (compiled: CompiledArtifact) => T {
  const made = new WeakMap<CompiledArtifact, { value: T }>();
  return (compiled) => {
    let entry = made.get(compiled);
    if (entry === undefined) {
      entry = { value: make(compiled) };
      made.set(compiled, entry);
    }
    return entry.value;
  };
}
