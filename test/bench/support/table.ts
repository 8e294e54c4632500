import { stream } from '../../../build/engines/stream.ts';
import { DEFAULT_CONFIG, readConfig } from '../../../build/files/config-file.ts';
import { expandInputs } from '../../../build/read/inputs.ts';
import type { Artifact } from '../../../src/core/artifact/artifact.ts';
import { assembleArtifact } from '../../../src/core/artifact/assemble.ts';
import type { Table } from '../../../src/core/artifact/table.ts';
import { history } from './history.ts';
import { inProject } from './project.ts';

/** @returns the table that the shipped config makes of the real history, or of the sample where that is missing */
export async function realTable(): Promise<{ table: Table; text: string; label: string }> {
  const { table, texts, label } = await realArtifact();
  return { table, text: texts.table, label };
}

/** The same with its statistics. */
export async function realArtifact(): Promise<Artifact & { label: string }> {
  const config = await readConfig(inProject(DEFAULT_CONFIG));
  const { path, label } = await history(1);
  const inputs = await expandInputs([path]);
  const { cube } = await stream({
    config,
    inputs,
    rejects: null,
    onProgress: () => {},
  });
  return { ...(await assembleArtifact(cube, [], config)), label };
}
