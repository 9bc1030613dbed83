import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf, type Digest } from '../../shared/image/digest';
import { defaultLimits } from '../../shared/image/limits';
import { asObject, asText, looseMember, parseJsonDocument } from '../../shared/image/jsonDocument';
import { problem } from '../../shared/image/problem';
import { replaceDurably, storeProblem, syncDirectory } from './durable';
import { placeNames } from './places';

/** Where everything of a store is (OCI image-spec, image-layout.md; beside it our own caches). */
export class StorePaths {
  readonly index: string;
  readonly marker: string;
  readonly blobs: string;
  readonly ingest: string;
  readonly layerIndexes: string;
  readonly contentHashes: string;
  readonly secretFindings: string;
  readonly lock: string;
  /** Blobs whose bytes are not what their names say, kept for who wants to look. */
  readonly quarantine: string;
  /** Room kept for removals on a full disk. */
  readonly reserve: string;

  constructor(readonly directory: string) {
    this.index = join(directory, 'index.json');
    this.marker = join(directory, 'oci-layout');
    this.blobs = join(directory, 'blobs', 'sha256');
    this.ingest = join(directory, 'ingest');
    this.layerIndexes = join(directory, 'cache', 'index', 'sha256');
    this.contentHashes = join(directory, 'cache', 'contents', 'sha256');
    this.secretFindings = join(directory, 'cache', 'secrets', 'sha256');
    this.lock = join(directory, 'lock');
    this.quarantine = join(directory, 'quarantine');
    this.reserve = join(directory, 'reserve');
  }

  blob(digest: Digest): string {
    return join(this.blobs, hexOf(digest));
  }

  layerIndex(digest: Digest): string {
    return join(this.layerIndexes, `${hexOf(digest)}.jsonl`);
  }

  contentHash(digest: Digest): string {
    return join(this.contentHashes, hexOf(digest));
  }

  secrets(digest: Digest): string {
    return join(this.secretFindings, hexOf(digest));
  }
}

/** What `index.json` of an empty layout holds. */
const emptyIndex = '{"schemaVersion":2,"manifests":[]}\n';

/**
 * Makes sure that `directory` is an OCI image layout, creating one where there is nothing. Throws `store-invalid` for a
 * folder that holds something else: a store is never made among somebody's files.
 */
export async function ensureLayout(paths: StorePaths): Promise<void> {
  const { directory } = paths;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw storeProblem(cause, directory);
  }
  let marker: string | null = null;
  try {
    marker = await readFile(paths.marker, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw problem('store-invalid', { path: directory, reason: 'cannot be read' }, { cause });
    }
  }
  if (marker === null) {
    // `lock` and `ingest` may come first when two processes begin at once.
    const ours = new Set([
      ...placeNames,
      'blobs',
      'ingest',
      'quarantine',
      'reserve',
      'lock',
      'index.json',
      'oci-layout',
    ]);
    const foreign = (await readdir(directory)).find(
      (name) => !ours.has(name) && !/^(?:lock|index|oci-layout)\./.test(name),
    );
    if (foreign !== undefined)
      throw problem('store-invalid', { path: directory, reason: 'holds other files' });
  } else if (!isLayoutMarker(marker)) {
    throw problem('store-invalid', { path: directory, reason: 'is an image layout of another version' });
  }
  try {
    for (const folder of [paths.blobs, paths.ingest, paths.layerIndexes])
      await mkdir(folder, { recursive: true, mode: 0o700 });
    const token = `${process.pid}-${Date.now()}`;
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    if (!(await exists(paths.index)))
      await replaceDurably(paths.index, bytes(emptyIndex), `${paths.index}.${token}`);
    if (marker === null) {
      await replaceDurably(
        paths.marker,
        bytes('{"imageLayoutVersion":"1.0.0"}\n'),
        `${paths.marker}.${token}`,
      );
      await syncDirectory(directory);
    }
  } catch (cause) {
    throw storeProblem(cause, directory);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await readFile(path);
    return true;
  } catch {
    return false;
  }
}

/** True for the content of an `oci-layout` file that we can work with. */
export function isLayoutMarker(text: string): boolean {
  try {
    const marker = parseJsonDocument(new TextEncoder().encode(text), {
      file: 'oci-layout',
      entry: 'oci-layout',
      limits: defaultLimits,
    });
    return /^1\./.test(asText(looseMember(asObject(marker) ?? {}, 'imageLayoutVersion')));
  } catch {
    return false;
  }
}
