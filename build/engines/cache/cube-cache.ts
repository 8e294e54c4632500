import { readdir, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Config } from '../../../src/core/config/config.ts';
import { type CubeCounts, type CubeLayout, cubeLayout } from '../../../src/core/cube/cube.ts';
import { CUBE_SCHEMA_VERSION, cubeText, parseCube } from '../../../src/core/cube/cube-json.ts';
import { FileReportSchema } from '../../../src/core/cube/file-report.ts';
import { messageOf } from '../../../src/core/errors.ts';
import { SECONDS_PER_DAY } from '../../../src/core/time.ts';
import { AsideFile } from '../../files/aside.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { hashFile } from '../../read/bytes.ts';
import type { InputFile } from '../../read/file.ts';
import { type Identity, identify } from '../../read/identity.ts';
import { isAddress } from '../../read/remote/address.ts';
import type { FileFacts } from '../engine.ts';
import { fingerprintOf, shortHash } from '../fingerprint.ts';
import { readChecked, writeChecked } from './checked-file.ts';
import { FileIndex, KEPT_DAYS } from './file-index.ts';

const INDEX = 'index.json';
/** The folders of cubes, and the cubes, by their paths in the folder of the cache. What else is there belongs to others. */
const CUBES = /^[0-9a-f]{16}$/;
const OWN = /^[0-9a-f]{16}[\\/](?:[0-9a-f]{64}|sum)(?:\.json)?$/;
const MILLISECONDS_PER_DAY = SECONDS_PER_DAY * 1000;

/** The name of the cube of all inputs of the last build; others have the SHA-256 of a content. */
export const SUM = 'sum';

const KeptSchema = z.strictObject({
  files: z.array(z.strictObject({ sha256: z.string(), report: FileReportSchema })),
  cube: z.unknown(),
});

/** The cube of one content or of several together; each with what it gave, as often as it is in it. */
export interface Kept {
  files: FileFacts[];
  cube: CubeCounts;
}

/**
 * The cubes of files that were read before, in a folder:
 *
 *     FOLDER/index.json                what the content of each file was
 *     FOLDER/FINGERPRINT/SHA256.json   the cube of a content, by what the config has to do with it
 *     FOLDER/FINGERPRINT/sum.json      the cube of all inputs of the last build, and which these were
 *
 * Every file in it has its checksum inside and is written aside, so that whatever is cut short or damaged is made
 * again. It is never needed, but a folder that cannot be written is told of.
 */
export class CubeCache {
  readonly #folder: string;
  readonly #cubes: string;
  readonly #layout: CubeLayout;
  readonly #index: FileIndex;
  readonly #clock: () => number;
  readonly #today: number;
  #writes: Promise<void> = Promise.resolve();
  /** What went wrong with writing, once. */
  #trouble: string | null = null;

  /** @param clock milliseconds since 1970 */
  constructor(folder: string, config: Config, clock: () => number) {
    const made = { by: fingerprintOf(config), from: config.columns, schema: CUBE_SCHEMA_VERSION };
    this.#folder = folder;
    this.#cubes = join(folder, shortHash(made));
    this.#layout = cubeLayout(config);
    this.#clock = clock;
    this.#today = Math.floor(clock() / MILLISECONDS_PER_DAY);
    this.#index = FileIndex.read(join(folder, INDEX), this.#today);
  }

  /** @returns the SHA-256 of a file whose cube may be here; null for one that has to be read */
  async hashOf(file: InputFile): Promise<string | null> {
    const identity = this.identify(file);
    if (identity === null) return null;
    const known = this.#index.find(file.path, identity);
    // To hash what is not on this machine takes as long as to read it.
    if (known === null && (isAddress(file.path) || !this.#index.knowsSize(identity.size))) return null;
    const hash = known?.sha256 ?? (await hashFile(file));
    if (!known?.usedToday) await this.#touch(file, identity, hash);
    return hash;
  }

  /** @param name a SHA-256, or {@link SUM} @returns what is kept under it, if anything is */
  find(name: string): Kept | null {
    const kept = z.safeParse(KeptSchema, readChecked(this.#pathOf(name)));
    if (!kept.success) return null;
    const cube = parseCube(kept.data.cube, this.#layout);
    return cube.ok ? { files: kept.data.files, cube: cube.value } : null;
  }

  /** Keeps a cube, under a SHA-256 or {@link SUM}. */
  keep(name: string, { files, cube }: Kept): void {
    const text = `{"files":${JSON.stringify(files)},"cube":${cubeText({ ...cube, layout: this.#layout })}}`;
    this.#writes = this.#writes.then(() => this.#trying(() => writeChecked(this.#pathOf(name), text)));
  }

  /** @returns what is to be known of a file before it is read, for {@link keepFile} */
  identify(file: InputFile): Identity | null {
    return identify(file, this.#clock());
  }

  /** Keeps the cube of a file. @param identity of the file before it was read */
  keepFile(file: InputFile, identity: Identity | null, facts: FileFacts, cube: CubeCounts): void {
    if (identity === null) return;
    this.keep(facts.sha256, { files: [facts], cube });
    this.#noteUnchanged(file, identity, facts.sha256);
  }

  /** @returns why files cannot be written here, in a sentence; null where they can */
  async trouble(): Promise<string | null> {
    await this.#trying(
      async () => await (await AsideFile.open(join(this.#cubes, SUM)))[Symbol.asyncDispose](),
    );
    return this.#trouble;
  }

  /** Ends all writing. @returns what went wrong with it, in a sentence; null for nothing */
  async end(): Promise<string | null> {
    await this.#writes;
    const prune = this.#index.pruned !== this.#today;
    this.#index.pruned = this.#today;
    await this.#trying(() => this.#index.write());
    // Another build may be at it too.
    if (prune) await this.#prune().catch(() => {});
    return this.#trouble;
  }

  #pathOf(name: string): string {
    return join(this.#cubes, `${name}.json`);
  }

  /** A file that was changed while it was read is not known by what it is now. */
  #noteUnchanged(file: InputFile, before: Identity, hash: string): void {
    if (this.identify(file)?.text === before.text) this.#index.note(file.path, before, hash);
  }

  /** Lets an entry be young, and its file be known as used today. */
  async #touch(file: InputFile, identity: Identity, hash: string): Promise<void> {
    this.#noteUnchanged(file, identity, hash);
    const now = new Date(this.#clock());
    await utimes(this.#pathOf(hash), now, now).catch(() => {});
  }

  /** Removes what was not used for a while, and what killed builds have left. */
  async #prune(): Promise<void> {
    for (const name of await readdir(this.#folder, { recursive: true })) {
      const path = join(this.#folder, name);
      if (CUBES.test(name)) await removeLeftovers(path, this.#clock());
      if (!OWN.test(name)) continue;
      const status = await stat(path);
      if (status.isFile() && status.mtimeMs < (this.#today - KEPT_DAYS) * MILLISECONDS_PER_DAY)
        await unlink(path);
    }
  }

  async #trying(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#trouble ??= messageOf(error);
    }
  }
}
